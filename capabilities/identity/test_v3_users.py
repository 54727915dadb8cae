"""A user sets its own password, and guessing it is stopped (api-ref: "Change password for user").

All of it befalls a user of the test's own: who runs the tests keeps password and access.
"""

from refcheck.testing import (
    Absent,
    CloudFault,
    Undecided,
    expect,
    idempotent_id,
    refused,
    wait_for,
)

# How often a password is guessed until the account should be locked: in a first go, then in one
# that begins anew, because a right password forgives the wrong ones before it.
GUESSES = (6, 12)
# Seconds that the test waits for a lock to end by itself; real ones last half an hour.
LOCK_BUDGET = 15.0
REVOCATION_BUDGET = 15.0


@idempotent_id("ad71bd23-12ad-426b-bb8b-195d2b635f27")
def test_a_user_sets_its_own_password(identity, throwaway_user):
    first, new = throwaway_user.password, throwaway_user.new_password()
    before = expect(throwaway_user.log_in(first), 201).header("X-Subject-Token")
    refused(_change(identity, throwaway_user, "not the password", new), 401)
    refused(throwaway_user.log_in(new), 401)

    _changed(identity, throwaway_user, first, new)
    refused(throwaway_user.log_in(first), 401)
    token = expect(throwaway_user.log_in(new), 201)["token"]
    assert token["user"]["id"] == throwaway_user.user_id
    # Whoever came in with the old password is out.
    _await_worthless(identity, before)
    refused(_change(identity, throwaway_user, first, throwaway_user.new_password()), 401)
    expect(throwaway_user.log_in(new), 201)


@idempotent_id("941784ee-5342-4571-959b-b80dd2cea516")
def test_a_password_of_before_is_not_taken_again(identity, throwaway_user):
    first, new = throwaway_user.password, throwaway_user.new_password()
    _changed(identity, throwaway_user, first, new)
    again = _change(identity, throwaway_user, new, first)
    if again.status == 204:
        raise Absent("the cloud takes a former password again: it keeps no password history")
    refused(again, 400)
    refused(throwaway_user.log_in(first), 401)
    refused(_change(identity, throwaway_user, new, new), 400)

    # Not every change is refused.
    another = throwaway_user.new_password()
    _changed(identity, throwaway_user, new, another)
    expect(throwaway_user.log_in(another), 201)
    refused(throwaway_user.log_in(new), 401)


@idempotent_id("a7ad8bbf-2cff-4520-8c1d-96332e151658")
def test_an_account_is_locked_for_a_while_when_its_password_is_guessed(cloud, throwaway_user):
    password = throwaway_user.password
    expect(throwaway_user.log_in(password), 201)
    _lock(throwaway_user)
    expect(cloud.log_in(), 201)  # nobody else is locked

    def status():
        return str(throwaway_user.log_in(password).status)

    try:
        wait_for(status, {"201"}, budget=LOCK_BUDGET, what="the status for a locked user")
    except CloudFault:
        # It may last longer than a test can wait; then it must be the administrator's to end.
        refused(throwaway_user.log_in(password), 401)
        expect(throwaway_user.unlock(), 200)
        expect(throwaway_user.log_in(password), 201)
    refused(throwaway_user.log_in("not the password"), 401)


def _lock(user):
    for guesses in GUESSES:
        for guess in range(guesses):
            refused(user.log_in(f"guess {guess} of {guesses}"), 401)
        if expect(user.log_in(user.password), 201, 401).status == 401:
            return
    raise Absent(f"the cloud locks no account after {GUESSES[-1]} wrong passwords")


def _changed(identity, user, original, new):
    answer = _change(identity, user, original, new)
    if answer.status == 400 and "password age" in answer.message:
        raise Undecided(
            "configuration: the cloud lets a new password age before it is changed:"
            f" {answer.message}"
        )
    assert not expect(answer, 204).content


def _change(identity, user, original, new):
    passwords = {"original_password": original, "password": new}
    path = f"/users/{user.user_id}/password"
    # The old password is the proof; a token is not asked for.
    return identity.post(path, json={"user": passwords}, authenticated=False)


def _await_worthless(identity, token):
    # Keystone's worker threads remember the tokens of the request before.
    def status():
        headers = {"X-Auth-Token": token}
        answer = identity.get("/auth/projects", headers=headers, authenticated=False)
        return str(expect(answer, 200, 401).status)

    what = "the status for a token of before the change"
    wait_for(status, {"401"}, budget=REVOCATION_BUDGET, what=what)
