"""Waivers of an application: who decides on them, and what they do to its verdict."""

from __future__ import annotations

import json

from tests.server.review.stage import one_failed, stage
from tests.server.review.test_reviewing import fault


def test_a_verdict_is_reached_anew_when_it_is_approved(registry):
    made = stage(registry, "expiring", one_failed)
    number, waiver = waived(made, expires="2026-11-22")
    assert made.told(number)["qualifies"]
    registry.clock.forward(days=3)
    assert "does not qualify" in fault(made.act(number, "approve"))
    registry.clock.forward(days=-3)
    told = made.done(number, "approve")
    assert (told["qualifies"], told["expires"]) == (True, "2026-11-22T00:00:00Z")
    assert waiver["state"] == "granted"


GRANTED = {
    "decision": "granted", "reason": "seen upstream", "public": "Known fault",
    "expires": "2027-06-01",
}  # fmt: skip


def asking(made):
    """An application in review that asks for a waiver of what failed; its number, and the decision."""
    number = made.draft()
    document = verdict(made, number)
    [test] = {one["test"] for one in document["blockers"]}
    wish = {"test": test, "wish": "a known fault of the client"}
    assert (
        made.ask(made.owner, "POST", f"/applications/{number}/waivers", **wish).status_code == 200
    )
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    [asked] = made.told(number)["waivers"]
    assert asked["state"] == "asked"
    return number, f"waivers/{asked['id']}/decision"


def waived(made, **changes):
    """The same, with the waiver granted; its number, the waiver."""
    number, decision = asking(made)
    return number, made.done(number, decision, **{**GRANTED, **changes})["waivers"][0]


def verdict(made, number):
    return made.ask(made.owner, "GET", f"/applications/{number}/verdict").get_json()


def test_a_waiver_turns_a_blocker_into_waived_and_is_published_with_the_verdict(registry):
    made = stage(registry, "waiving", one_failed)
    number, waiver = waived(made)
    assert waiver["decided_by"] == made.reviewer
    document = verdict(made, number)
    assert document["qualifies"]
    [one] = document["waived"][:1]
    assert (one["waiver"], one["approver"]) == ("Known fault", made.reviewer)
    assert one["product"] == f"{made.vendor}/cloud-one"
    assert "seen upstream" not in json.dumps(document)
    assert made.done(number, "approve")["mark"] == "OpenStack Powered Platform"


def test_a_waiver_of_what_is_decided_is_granted_no_more(registry):
    made = stage(registry, "too-late", one_failed)
    number, decision = asking(made)
    made.done(number, "reject")
    late = made.act(number, decision, **GRANTED)
    assert (late.status_code, fault(late)) == (409, "what is rejected cannot be given a waiver")


def test_a_waiver_is_decided_once_by_a_reviewer_with_a_reason_and_an_end(registry):
    made = stage(registry, "strict", one_failed)
    number = made.draft()
    path = f"/applications/{number}/waivers"
    assert made.ask(made.owner, "POST", path, wish="x").status_code == 400
    assert made.ask(made.owner, "POST", path, test="some-test").status_code == 400
    assert made.ask(made.owner, "POST", path, test="some-test", wish="x").status_code == 200
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    assert made.ask(made.owner, "POST", path, test="other", wish="late").status_code == 409
    [one] = made.told(number)["waivers"]
    decision = f"waivers/{one['id']}/decision"
    good = {"decision": "granted", "reason": "r", "public": "p", "expires": "2027-01-01"}
    for bad in (
        {"decision": "perhaps"}, {"reason": ""}, {"public": ""}, {"expires": ""},
        {"expires": "2026-11-20"}, {"expires": "2028-01-01"},
    ):  # fmt: skip
        assert made.act(number, decision, **{**good, **bad}).status_code == 400, bad
    assert made.act(number, decision, who=made.owner, **good).status_code == 403
    assert made.act(number, "waivers/999999/decision", **good).status_code == 404
    refused = made.done(number, decision, decision="refused", reason="not a known fault")
    assert refused["waivers"][0]["state"] == "refused"
    assert made.act(number, decision, **good).status_code == 409
