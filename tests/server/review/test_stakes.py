"""Who may not review an application, and when two stand behind it."""

from __future__ import annotations

import pytest
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Role
from refcheck_server.review.models import Application

from tests.server.review.stage import one_failed, stage
from tests.server.review.test_reviewing import fault, replaced
from tests.server.review.test_waivers import GRANTED, asking, waived
from tests.server.vendors.test_vendors import accept, invite
from tests.server.visitor import visiting_as, with_password


@pytest.mark.parametrize(
    "how", ["belongs to it", "belonged to it", "agreed for it", "sent the result"]
)
def test_nobody_reviews_what_they_have_a_stake_in(registry, how):
    made = stage(registry, f"stake-{how.split()[0]}-{len(how)}")
    number = made.brought_to("submitted")
    reviewer = with_password(registry, f"partial-{how.split()[0]}", Role.REVIEWER)
    owner = made.visitor(made.owner)
    if how == "sent the result":
        with registry.session() as session, session.begin():
            result = session.get(Application, number).result
            result.account_id = services.find_account(session, reviewer).id
    else:
        link = invite(owner, made.vendor, place="administrator")
        assert accept(visiting_as(registry, reviewer), link).status_code == 303
    if how in {"belonged to it", "agreed for it"}:
        made.done(number, "withdraw", who=made.owner)
        drafts, agrees = (
            (reviewer, made.owner) if how == "belonged to it" else (made.owner, reviewer)
        )
        who, made.owner = made.owner, drafts
        number = made.draft()
        made.owner = agrees
        made.done(number, "agree")
        made.owner = who
        made.done(number, "submit")
        owner.post(f"/vendors/{made.vendor}/members/{reviewer}/remove")
    answer = made.act(number, "take-up", who=reviewer)
    assert answer.status_code == 403
    assert "you cannot review this application" in fault(answer)
    assert made.done(number, "take-up")["state"] == "in review"


def test_two_stand_behind_an_approval_where_the_registry_asks_for_two(registry, monkeypatch):
    made = stage(registry, "pairs")
    second = with_password(registry, "second", Role.REVIEWER)
    context = registry.client.application.extensions["refcheck"]
    monkeypatch.setitem(
        registry.client.application.extensions, "refcheck",
        replaced(context, reviewers=2),
    )  # fmt: skip
    number = made.brought_to("in review")
    assert "second reviewer has not endorsed" in fault(made.act(number, "approve"))
    assert made.act(number, "endorsement").status_code == 403
    assert made.act(number, "endorsement", who=second).status_code == 200
    assert made.told(number)["endorsed_by"] == second
    made.done(number, "ask-for-changes")
    made.done(number, "submit")
    assert made.told(number)["endorsed_by"] is None
    assert made.act(number, "endorsement", who=second).status_code == 200
    assert made.done(number, "approve")["state"] == "approved"


@pytest.fixture
def two_reviewers(registry, monkeypatch):
    extensions = registry.client.application.extensions
    monkeypatch.setitem(extensions, "refcheck", replaced(extensions["refcheck"], reviewers=2))


@pytest.mark.parametrize("how", ["joins the vendor", "reviews no more", "is disabled"])
def test_who_endorsed_it_must_still_be_one_who_may_review_it(registry, two_reviewers, how):
    made = stage(registry, f"endorsing-{len(how)}")
    second = with_password(registry, f"second-{len(how)}", Role.REVIEWER)
    number = made.brought_to("in review")
    made.done(number, "endorsement", who=second)
    if how == "joins the vendor":
        link = invite(made.visitor(made.owner), made.vendor)
        assert accept(visiting_as(registry, second), link).status_code == 303
    else:
        with registry.session() as session, session.begin():
            account = services.find_account(session, second)
            if how == "is disabled":
                services.disable(session, account, now=registry.clock())
            else:
                services.give_role(session, account, Role.AUDITOR, now=registry.clock())
    assert f"{second}, who endorsed it, may not" in fault(made.act(number, "approve"))


def test_who_endorsed_it_and_is_given_it_then_is_still_one(registry, two_reviewers):
    made = stage(registry, "one-is-two")
    second = with_password(registry, "one-is-two-second", Role.REVIEWER)
    chief = with_password(registry, "one-is-two-chief", Role.ADMINISTRATOR)
    number = made.brought_to("in review")
    revision = made.done(number, "endorsement", who=second)["revision"]
    path = f"/applications/{number}/reviewer"
    given = made.ask(chief, "PUT", path, reviewer=second, revision=revision)
    assert given.get_json()["reviewer"] == second
    refused = made.act(number, "approve", who=second)
    assert "a second reviewer has not endorsed it" in fault(refused)


def test_an_endorsement_is_of_what_it_was_given_to(registry, two_reviewers):
    made = stage(registry, "lasting", one_failed)
    second = with_password(registry, "lasting-second", Role.REVIEWER)
    third = with_password(registry, "lasting-third", Role.REVIEWER)
    number, waiver = waived(made)
    made.done(number, "endorsement", who=second)
    made.done(number, "reject")
    made.done(number, "appeal")
    assert made.done(number, "take-up", who=third)["endorsed_by"] is None
    number, decision = asking(made)
    made.done(number, "endorsement", who=second)
    of_another = f"waivers/{waiver['id']}/decision"
    assert made.act(number, of_another, **GRANTED).status_code == 404
    assert made.done(number, decision, **GRANTED)["endorsed_by"] is None


def test_who_has_a_stake_neither_endorses_it_nor_decides_on_its_waivers(registry):
    made = stage(registry, "leaning", one_failed)
    partial = with_password(registry, "leaning-partial", Role.REVIEWER)
    link = invite(made.visitor(made.owner), made.vendor)
    assert accept(visiting_as(registry, partial), link).status_code == 303
    number, decision = asking(made)
    for what, sent in (("endorsement", {}), (decision, GRANTED)):
        answer = made.act(number, what, who=partial, **sent)
        assert answer.status_code == 403
        assert "you cannot review this application" in fault(answer)
