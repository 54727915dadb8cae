"""There is a domain that those who name none are in (api-ref: "Show domain details")."""

from refcheck.testing import Undecided, expect, idempotent_id, refused

# The id that every installation gives its first domain.
DEFAULT = "default"


@idempotent_id("17a5de24-e6a0-4e4a-a9ee-d85b6e5612b5")
def test_the_default_domain_is_there_and_enabled(identity, cloud, create):
    own = cloud.log_in()["token"]["project"]["domain"]
    answer = identity.get(f"/domains/{DEFAULT}")
    if answer.status == 403 and own["id"] != DEFAULT:
        # The service hides domains from their strangers, whether they are there or not.
        _is_shown(identity, own)
        raise Undecided(
            f"credentials: the project is in domain {own['id']}, so it is not shown the default"
            " one; name a project of the default domain"
        )
    domain = expect(answer, 200)["domain"]
    assert domain["id"] == DEFAULT
    assert domain["enabled"] is True
    assert isinstance(domain["name"], str)
    assert domain["name"]
    assert isinstance(domain["description"], str)
    _is_shown(identity, own)
    refused(identity.get(f"/domains/{DEFAULT}", authenticated=False), 401)
    refused(identity.get(f"/domains/{create.name('domain')}"), 403, 404)


def _is_shown(identity, own):
    """The domain of the user's own project is shown under its name."""
    assert expect(identity.get(f"/domains/{own['id']}"), 200)["domain"]["name"] == own["name"]
