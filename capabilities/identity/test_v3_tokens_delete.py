"""A token can be checked and revoked (api-ref: "Check token", "Revoke token")."""

from refcheck.testing import expect, idempotent_id, refused, wait_for

REVOCATION_BUDGET = 15.0


@idempotent_id("0f9f5a5f-d5cd-4a86-8a5b-c5ded151f212")
def test_a_revoked_token_is_gone_and_opens_nothing(identity, cloud):
    revoked = expect(cloud.log_in(), 201).header("X-Subject-Token")
    kept = expect(cloud.log_in(), 201).header("X-Subject-Token")
    subject = {"X-Subject-Token": revoked}

    checked = expect(identity.head("/auth/tokens", headers=subject), 200)
    assert checked.header("X-Subject-Token") == revoked
    assert not checked.content

    assert not expect(identity.delete("/auth/tokens", headers=subject), 204).content

    expect(identity.head("/auth/tokens", headers=subject), 404)
    refused(identity.delete("/auth/tokens", headers=subject), 404)
    # Only that one token: the same user's other sessions go on.
    expect(_catalog(identity, kept), 200)
    _wait_until_worthless(identity, revoked)


def _wait_until_worthless(identity, token):
    # Keystone's worker threads remember the tokens of the request before; they learn of a
    # revocation with the next request that each of them serves.
    def status():
        answer = _catalog(identity, token)
        return str((refused(answer, 401) if answer.status != 200 else answer).status)

    wait_for(status, {"401"}, budget=REVOCATION_BUDGET, what="the status for the revoked token")


def _catalog(identity, token):
    """Something that needs a token, asked for with this one."""
    return identity.get("/auth/catalog", headers={"X-Auth-Token": token}, authenticated=False)
