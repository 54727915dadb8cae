"""What becomes of an application, and what is said of it, is told to whom it is for and no others."""

from __future__ import annotations

import json

from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Role
from refcheck_server.accounts.services import find_account, give_role
from refcheck_server.audit.models import AuditEvent
from refcheck_server.notices.models import Notice, Subscription
from refcheck_server.notices.rules import RULES
from refcheck_server.vendors.models import Vendor
from sqlalchemy import select

from tests.server.notices.conftest import work_off
from tests.server.products.test_products import member_of
from tests.server.review.stage import one_failed, stage
from tests.server.review.test_waivers import waived
from tests.server.vendors.test_vendors import accept, invite
from tests.server.visitor import visiting_as, with_password

QUIET = {
    "application.begun": "a draft is its vendor's alone, and somebody there began it",
    "application.changed": "while it is the vendor's; the reviewer hears when it is submitted",
    "application.agreed": "likewise",
    "application.assigned": "a reviewer's own list says so, and the clock reminds them",
    "application.endorsed": "the decision that it is for is told",
    "evidence.attached": "while it is the vendor's; the reviewer hears when it is submitted",
    "evidence.taken_back": "likewise",
}
OURS = ("application.", "waiver.")


def told_of(registry, action):
    """The vendors and accounts that were told of it, with title and text."""
    query = (
        select(Vendor.slug, Account.name, Notice.title, Notice.text)
        .select_from(Notice)
        .outerjoin(Vendor, Vendor.id == Notice.vendor_id)
        .outerjoin(Account, Account.id == Notice.account_id)
        .where(Notice.action == action)
        .order_by(Notice.id)
    )
    with registry.session() as session:
        return session.execute(query).all()


def readers(registry, action):
    """By whom the notices of an action are read."""
    work_off(registry)
    return {vendor or account for vendor, account, *_ in told_of(registry, action)}


def test_every_move_word_and_waiver_is_told_and_so_is_who_is_waited_for(telling):
    registry = telling()
    made = stage(registry, "acme", one_failed)
    waived(made)
    for state in ("rejected", "changes asked"):
        made.brought_to(state)
    asked = made.brought_to("changes asked")
    path = f"/applications/{asked}"
    made.ask(made.owner, "POST", f"{path}/waivers", test="other", wish="w")
    made.ask(made.owner, "POST", f"{path}/comments", text="Which one?")
    made.done(asked, "submit")
    [waiver] = made.told(asked)["waivers"]
    refusal = {"decision": "refused", "reason": "no"}
    made.done(asked, f"waivers/{waiver['id']}/decision", **refusal)
    good = stage(registry, "good", reviewer=made.reviewer)
    for state in ("revoked", "appealed", "published"):
        good.brought_to(state)
    good.done(good.brought_to("submitted"), "withdraw", who=good.owner)
    ours = {action for action in RULES if action.startswith(OURS)}
    told, happened = set(), set()
    for days in (0, 180, 150, 40):  # a waiver ends, a mark is about to end, and then it is over
        registry.clock.forward(days=days)
        work_off(registry)
        work_off(registry)  # what the clock did just now
        told |= {action for action in ours if told_of(registry, action)}
    with registry.session() as session:
        of = AuditEvent.subject.startswith("application:")
        happened = set(session.scalars(select(AuditEvent.action).where(of)))
    assert told == ours
    assert happened - QUIET.keys() == ours


def test_a_move_is_told_to_its_parties_with_its_reason_and_to_nobody_else(telling):
    registry = telling()
    made = stage(registry, "acme")
    made.brought_to("changes asked")
    work_off(registry)
    [(vendor, account, title, text)] = told_of(registry, "application.changes_asked")
    assert (vendor, account) == (made.vendor, None)
    assert title == "Changes are asked for Cloud One 2026.2"
    assert text.endswith("The reason: because")
    [(vendor, account, _, text)] = told_of(registry, "application.submitted")
    assert (vendor, account) == (None, made.reviewer)
    assert "Cloud One 2026.2 of Vendor acme was submitted" in text


def test_where_two_stand_behind_an_approval_the_others_hear_that_one_of_them_is_wanted(telling):
    registry = telling(REVIEWERS="2")
    made = stage(registry, "acme")
    second = with_password(registry, "second", Role.REVIEWER)
    number = made.brought_to("in review")
    work_off(registry)
    for *_, text in told_of(registry, "application.submitted"):
        assert "second reviewer" not in text
    told = told_of(registry, "application.taken_up")
    assert [vendor or account for vendor, account, *_ in told] == [made.vendor, second]
    assert all("once a second reviewer endorsed it" in text for *_, text in told)
    for what in ("ask-for-changes", "submit"):
        made.done(number, what)
    work_off(registry)
    assert [account for _, account, *_ in told_of(registry, "application.changes_asked")] == [None]
    again = told_of(registry, "application.submitted")[-2:]
    assert {account for _, account, *_ in again} == {made.reviewer, second}
    assert all("once a second reviewer endorsed it" in text for *_, text in again)


def test_where_one_is_enough_the_others_do_not_hear_who_took_it_up(telling):
    registry = telling()
    made = stage(registry, "acme")
    with_password(registry, "second", Role.REVIEWER)
    made.brought_to("in review")
    work_off(registry)
    [(vendor, _, _, text)] = told_of(registry, "application.taken_up")
    assert vendor == made.vendor
    assert "second reviewer" not in text


def test_a_mark_that_a_newer_one_goes_on_with_is_not_told_as_ended(telling):
    registry = telling()
    made = stage(registry, "acme")
    made.brought_to("published")
    newer = made.brought_to("published")
    work_off(registry)
    [(vendor, _, title, text)] = told_of(registry, "application.expired")
    assert (vendor, "ended" in title) == (made.vendor, False)
    assert (
        text
        == f"Cloud One 2026.2 goes on carrying OpenStack Powered Platform, by application {newer}."
    )


def test_a_waiver_is_told_of_by_the_name_of_its_test(telling):
    registry = telling()
    waived(stage(registry, "acme", one_failed))
    work_off(registry)
    [(*_, text)] = told_of(registry, "waiver.granted")
    assert text.startswith("The waiver of test_list_servers_filter_by_server_name is granted until")


def test_a_comment_is_told_to_vendor_and_reviewer_and_an_internal_one_never_to_the_vendor(telling):
    registry = telling()
    made = stage(registry, "acme")
    chief = with_password(registry, "chief", Role.ADMINISTRATOR)
    partial = with_password(registry, "partial", Role.REVIEWER)
    idle = with_password(registry, "idle", Role.REVIEWER)
    number = made.brought_to("in review")
    path = f"/applications/{number}/comments"
    made.ask(made.owner, "POST", path, text="It is <b>2026.2</b>")
    assert readers(registry, "application.commented") == {made.vendor, made.reviewer}
    [(*_, text), _] = told_of(registry, "application.commented")
    assert "It is <b>2026.2</b>" in text
    made.ask(partial, "POST", path, text="known to me", internal="yes")
    link = invite(made.visitor(made.owner), made.vendor)
    assert accept(visiting_as(registry, partial), link).status_code == 303
    with registry.session() as session, session.begin():
        for one in session.scalars(select(Notice)):
            session.delete(one)
    made.ask(chief, "POST", path, text="looks forged", internal="yes")
    made.ask(made.reviewer, "POST", path, text="I think so too", internal="yes")
    assert readers(registry, "application.commented") == {made.reviewer, chief}
    for _, account, title, text in told_of(registry, "application.commented"):
        assert account != idle
        assert "forged" not in title + text
        assert "think so" not in title + text
    with registry.session() as session:
        assert not any("forged" in facts for facts in session.scalars(select(Notice.facts)))


def test_who_spoke_inside_and_works_here_no_more_hears_nothing(telling):
    registry = telling()
    made = stage(registry, "acme")
    left = with_password(registry, "left", Role.REVIEWER)
    number = made.brought_to("in review")
    path = f"/applications/{number}/comments"
    made.ask(left, "POST", path, text="known to me", internal="yes")
    with registry.session() as session, session.begin():
        give_role(session, find_account(session, left), Role.SUBMITTER, now=registry.clock())
    made.ask(made.reviewer, "POST", path, text="looks forged", internal="yes")
    assert left not in readers(registry, "application.commented")


def test_who_speaks_gets_no_mail_of_it_and_the_others_of_the_vendor_do(telling, smtp):
    box = smtp()
    server = {"MAIL_SERVER": f"127.0.0.1:{box.port}", "MAIL_FROM": "r@example.org"}
    registry = telling(**server, MAIL_TLS="none")
    made = stage(registry, "acme")
    member_of(registry, made.visitor(made.owner), made.vendor, "mate")
    number = made.brought_to("in review")
    work_off(registry)
    with registry.session() as session, session.begin():
        for name in (made.owner, "mate", made.reviewer):
            account, now = find_account(session, name), registry.clock()
            session.add(
                Subscription(
                    account_id=account.id, address=f"{name}@example.org", topics="review",
                    asked_at=now, confirmed_at=now,
                )
            )  # fmt: skip
    path = f"/applications/{number}/comments"
    made.ask(made.owner, "POST", path, text="Hello")
    made.ask(made.reviewer, "POST", path, text="Not for them", internal="yes")
    work_off(registry)
    assert sorted(one["To"] for one in box.mails) == [
        f"{made.reviewer}@example.org", "mate@example.org",
    ]  # fmt: skip
    assert all("Not for them" not in one.get_content() for one in box.mails)


def test_of_a_draft_no_reviewer_hears_and_its_submission_tells_of_its_waivers(telling):
    registry = telling()
    made = stage(registry, "acme", one_failed)
    number = made.draft()
    path = f"/applications/{number}"
    made.ask(made.owner, "POST", f"{path}/waivers", test="some-test", wish="later")
    made.ask(made.owner, "POST", f"{path}/comments", text="to ourselves")
    assert readers(registry, "waiver.asked") == set()
    assert readers(registry, "application.commented") == {made.vendor}
    for what in ("agree", "submit"):
        made.done(number, what)
    assert readers(registry, "application.submitted") == {made.reviewer}
    [(*_, text)] = told_of(registry, "application.submitted")
    assert "1 waiver asked for waits for a decision." in text


def test_a_waiver_that_ends_is_told_once_and_ends_the_mark_that_needs_it(telling):
    registry = telling()
    made = stage(registry, "acme", one_failed)
    number, _ = waived(made, expires="2027-03-01")
    for what in ("approve", "publish"):
        made.done(number, what)
    assert made.told(number)["expires"] == "2027-03-01T00:00:00Z"
    assert readers(registry, "waiver.granted") == {made.vendor}
    for days, told in ((60, 0), (20, 1), (10, 1)):
        registry.clock.forward(days=days)
        work_off(registry)
        work_off(registry)
        assert len(told_of(registry, "waiver.ending")) == told, days
    [(vendor, _, _, text)] = told_of(registry, "waiver.ending")
    assert (vendor, "ends on 2027-03-01" in text) == (made.vendor, True)
    registry.clock.forward(days=12)
    work_off(registry)
    assert made.told(number)["state"] == "expired"


def test_a_mark_that_ends_soon_is_told_with_its_day_and_what_to_do(telling):
    registry = telling()
    made = stage(registry, "soon")
    ends = made.told(made.brought_to("published"))["expires"][:10]
    registry.clock.forward(days=310)
    work_off(registry)
    work_off(registry)
    [[vendor, _, title, text]] = told_of(registry, "application.reminded")
    assert (vendor, title) == (made.vendor, f"Cloud One 2026.2: the mark ends on {ends}")
    assert f"until {ends}. Renew it before that" in text


def test_who_is_waited_for_is_told_of_what(telling):
    registry = telling()
    stage(registry, "late").brought_to("submitted")
    registry.clock.forward(days=6)
    work_off(registry)
    work_off(registry)
    [[_, _, title, text]] = told_of(registry, "application.reminded")
    assert title == "Cloud One 2026.2 waits for you"
    assert "is submitted, and you are waited for" in text


def test_what_a_webhook_is_sent_of_a_comment_names_no_internal_one(telling, receiver):
    hook = receiver()
    registry = telling(WEBHOOKS="anywhere")
    made = stage(registry, "acme")
    number = made.brought_to("in review")
    path = f"/vendors/{made.vendor}/webhooks"
    assert made.ask(made.owner, "POST", path, url=hook.url, topics=["review"]).status_code == 201
    for text, internal in (("said aloud", ""), ("said inside", "yes")):
        comments = f"/applications/{number}/comments"
        made.ask(made.reviewer, "POST", comments, text=text, internal=internal)
    work_off(registry)
    sent = [json.loads(body)["data"] for _, body in hook.messages]
    [said] = [one["facts"]["words"] for one in sent if "words" in one["facts"]]
    assert said == "said aloud"
    assert "inside" not in str(sent)
