"""A user sees the projects it may work in, and no others (api-ref: "List projects for user")."""

from refcheck.testing import Undecided, entries, expect, idempotent_id, ids, refused

# Asking for a token per project is cheap, but a user may have hundreds of projects.
TRIED = 5


@idempotent_id("86128d46-e170-4644-866a-cc487f699e1d")
def test_a_user_is_shown_only_projects_it_may_enter(identity, cloud, second):
    answer = expect(identity.get(f"/users/{cloud.user_id}/projects"), 200)
    projects = entries(answer["projects"])
    assert cloud.project_id in ids(projects)
    for project in projects:
        assert isinstance(project["name"], str)
        assert isinstance(project["enabled"], bool)
        assert isinstance(project["domain_id"], str)
    reachable = expect(identity.get("/auth/projects"), 200)["projects"]
    assert set(ids(projects)) >= set(ids(reachable)) - {cloud.project_id}

    refused(identity.get(f"/users/{cloud.user_id}/projects", authenticated=False), 401)

    others = [p["id"] for p in projects if p["enabled"] and p["id"] != cloud.project_id]
    if others and _enter(identity, cloud, cloud.project_id).status != 201:
        raise Undecided(
            "credentials: these cannot ask for a token of another project, so whether the user may"
            " enter all listed projects cannot be seen"
        )
    for project_id in others[:TRIED]:
        entered = expect(_enter(identity, cloud, project_id), 201)
        assert entered["token"]["project"]["id"] == project_id

    # A project that is there, with another user in it, who sees as little of ours.
    assert second.project_id not in ids(projects)
    refused(_enter(identity, cloud, second.project_id), 401, 403)
    theirs = expect(second.service("identity").get(f"/users/{second.user_id}/projects"), 200)
    assert second.project_id in ids(theirs["projects"])
    assert cloud.project_id not in ids(theirs["projects"])
    second.must_not_see("identity", f"/users/{cloud.user_id}/projects", 403)


def _enter(identity, cloud, project_id):
    """Ask for a token of that project, with our own token as proof."""
    proof = {"methods": ["token"], "token": {"id": cloud.token}}
    wanted = {"auth": {"identity": proof, "scope": {"project": {"id": project_id}}}}
    return identity.post("/auth/tokens", json=wanted, authenticated=False)
