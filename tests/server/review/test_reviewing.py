"""An application from its draft to the mark: who may do what, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Role
from refcheck_server.review.models import Agreement
from refcheck_server.settings import BadSetting, from_environment
from sqlalchemy import select

from tests.server import samples
from tests.server.review.stage import one_failed, send, stage
from tests.server.vendors.test_vendors import accept, administer, invite
from tests.server.visitor import visiting_as, with_password


def fault(answer):
    return answer.get_json()["error"]["fault"]


def replaced(context, **changes):
    return replace(context, settings=replace(context.settings, **changes))


def test_a_vendor_is_led_from_a_draft_to_a_mark(registry):
    made = stage(registry, "whole-way")
    number = made.draft(note="Our first one")
    told = made.told(number)
    assert (told["state"], told["qualifies"], told["moves"]) == ("draft", True, ["withdraw"])
    assert fault(made.act(number, "submit")) == (
        "it cannot be submitted: the agreement is not accepted yet"
    )
    assert "submit" in made.done(number, "agree")["moves"]
    assert made.done(number, "submit")["due"] == "2026-11-25T12:00:00Z"
    told = made.done(number, "take-up")
    assert (told["state"], told["reviewer"]) == ("in review", made.reviewer)
    told = made.done(number, "approve")
    assert told["mark"] == "OpenStack Powered Platform"
    assert told["expires"] == "2027-11-20T11:30:00Z"
    assert made.done(number, "publish")["state"] == "published"
    steps = [(one["from"], one["to"], one["account"]) for one in made.told(number)["steps"]]
    assert steps == [
        ("draft", "submitted", made.owner),
        ("submitted", "in review", made.reviewer),
        ("in review", "approved", made.reviewer),
        ("approved", "published", made.owner),
    ]


def test_what_does_not_qualify_cannot_be_approved(registry):
    made = stage(registry, "not-good", one_failed)
    number = made.brought_to("in review")
    answer = made.act(number, "approve")
    assert answer.status_code == 409
    assert fault(answer) == "it cannot be approved: the verdict does not qualify"
    assert made.told(number)["state"] == "in review"
    without_code = made.brought_to("in review", code="")
    assert "does not qualify" in fault(made.act(without_code, "approve"))


def test_an_agreement_that_changed_is_accepted_anew_and_the_old_text_stays(
    registry, monkeypatch, tmp_path
):
    made = stage(registry, "agreeing")
    number = made.draft()
    before = made.done(number, "agree")["agreement"]
    assert before["accepted_by"] == made.owner
    extensions = registry.client.application.extensions
    file = tmp_path / "agreement.md"
    file.write_text("Be good.")
    monkeypatch.setitem(extensions, "refcheck", replaced(extensions["refcheck"], agreement=file))
    assert "the agreement has changed" in fault(made.act(number, "submit"))
    after = made.done(number, "agree")["agreement"]
    assert after["sha256"] != before["sha256"]
    assert made.done(number, "submit")["state"] == "submitted"
    with registry.session() as session:
        kept = {one.sha256: one.text for one in session.scalars(select(Agreement))}
    assert kept[after["sha256"]] == "Be good."
    assert "We may appeal once" in kept[before["sha256"]]


@pytest.mark.parametrize(("name", "value"), [("REVIEWERS", "3"), ("AGREEMENT", "/no/such/file")])
def test_settings_that_cannot_work_are_told(name, value, tmp_path):
    with pytest.raises(BadSetting, match=f"REFCHECK_REGISTRY_{name}"):
        from_environment({f"REFCHECK_REGISTRY_{name}": value}, data=tmp_path)


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_agreement_that_says_nothing_is_refused(text, tmp_path):
    file = tmp_path / "agreement.md"
    file.write_text(text)
    with pytest.raises(BadSetting, match="is empty"):
        from_environment({"REFCHECK_REGISTRY_AGREEMENT": str(file)}, data=tmp_path)


def test_changes_are_asked_for_with_a_reason_and_only_then_can_it_be_edited(registry):
    made = stage(registry, "changing")
    number = made.brought_to("in review")
    assert "a reason is missing" in fault(made.act(number, "ask-for-changes", reason=""))
    sent = {"result": made.result, "target": "compute", "note": ""}
    path = f"/applications/{number}"
    locked = made.ask(made.owner, "PUT", path, **sent, revision=made.told(number)["revision"])
    assert locked.status_code == 409
    told = made.done(number, "ask-for-changes", reason="Please apply for compute only.")
    assert told["steps"][-1]["reason"] == "Please apply for compute only."
    edited = made.ask(made.owner, "PUT", path, **sent, revision=told["revision"])
    assert edited.get_json()["mark"] == "OpenStack Powered Compute"
    assert "what was agreed to has changed" in fault(made.act(number, "submit"))
    made.done(number, "agree")
    told = made.done(number, "submit")
    assert (told["state"], told["reviewer"]) == ("in review", made.reviewer)


def test_an_appeal_is_made_once_and_heard_by_another_reviewer(registry):
    made = stage(registry, "appealing")
    other = with_password(registry, "other", Role.REVIEWER)
    number = made.brought_to("rejected")
    assert made.act(number, "appeal", reason="").status_code == 409
    assert made.done(number, "appeal")["reviewer"] is None
    own = made.act(number, "take-up")
    assert "an appeal is for another reviewer" in fault(own)
    assert made.done(number, "take-up", who=other)["reviewer"] == other
    assert made.act(number, "reject").status_code == 403
    assert made.done(number, "reject", who=other)["state"] == "rejected"
    assert "there was an appeal already" in fault(made.act(number, "appeal"))


def test_an_appeal_against_a_revocation_is_not_for_who_revoked_it(registry):
    made = stage(registry, "taken-back")
    other = with_password(registry, "taken-back-other", Role.REVIEWER)
    number = made.brought_to("published")
    made.done(number, "revoke", who=other)
    made.done(number, "appeal")
    own = made.act(number, "take-up", who=other)
    assert "an appeal is for another reviewer" in fault(own)
    assert made.done(number, "take-up")["reviewer"] == made.reviewer


def test_what_is_decided_is_neither_endorsed_nor_agreed_to_and_what_is_open_not_renewed(registry):
    made = stage(registry, "not-now")
    second = with_password(registry, "not-now-second", Role.REVIEWER)
    decided, undecided = made.brought_to("approved"), made.brought_to("submitted")
    for answer, what in (
        (made.act(decided, "endorsement", who=second), "approved cannot be endorsed"),
        (made.act(decided, "agree"), "approved cannot be agreed to"),
        (
            made.ask(made.owner, "POST", f"/applications/{undecided}/renewal"),
            "submitted cannot be renewed",
        ),
    ):
        assert answer.status_code == 409
        assert what in fault(answer)
    assert made.told(decided)["endorsed_by"] is None


def test_what_was_changed_meanwhile_is_not_undone(registry):
    made = stage(registry, "meanwhile")
    number = made.brought_to("in review")
    seen = made.told(number)["revision"]
    made.done(number, "ask-for-changes")
    for what, who in (("withdraw", made.owner), ("submit", made.owner)):
        late = made.act(number, what, who=who, revision=seen)
        assert late.status_code == 409, late.text
        assert late.get_json()["revision"] == seen + 1
    assert made.told(number)["state"] == "changes asked"


def test_internal_comments_are_kept_from_the_vendor_and_from_reviewers_who_belong_to_it(registry):
    made = stage(registry, "talking")
    number = made.brought_to("in review")
    partial = with_password(registry, "talking-partial", Role.REVIEWER)
    link = invite(made.visitor(made.owner), made.vendor)
    assert accept(visiting_as(registry, partial), link).status_code == 303
    path = f"/applications/{number}/comments"
    said = made.ask(made.reviewer, "POST", path, text="Looks forged to me", internal="yes")
    assert said.status_code == 200
    assert made.ask(made.reviewer, "POST", path, text="Which <b>release</b>?").status_code == 200
    assert made.ask(made.owner, "POST", path, text="2026.2").status_code == 200
    assert made.ask(made.owner, "POST", path, text="x", internal="yes").status_code == 400
    assert made.ask(made.owner, "POST", path, text="  ").status_code == 400
    for who, seen in ((made.reviewer, True), (made.owner, False), (partial, False)):
        told = [one["text"] for one in made.told(number, who)["comments"]]
        assert ("Looks forged to me" in told) is seen
        page = made.visitor(who).get(f"/applications/{number}").text
        assert ("Looks forged to me" in page) is seen
        assert "&lt;b&gt;release" in page


def test_drafts_are_the_vendors_and_what_was_submitted_is_its_and_the_reviewers(registry):
    made, other = stage(registry, "quiet"), stage(registry, "nosy")
    draft, sent = made.draft(), made.brought_to("submitted")
    for who, sees_draft, sees_sent in (
        (made.owner, True, True),
        (made.reviewer, False, True),
        (other.owner, False, False),
    ):
        for number, sees in ((draft, sees_draft), (sent, sees_sent)):
            answer = made.ask(who, "GET", f"/applications/{number}")
            assert answer.status_code == (200 if sees else 404), who
        told = made.ask(who, "GET", f"/applications?vendor={made.vendor}").get_json()
        shown = {one["id"] for one in told["applications"]}
        assert shown == ({draft} if sees_draft else set()) | ({sent} if sees_sent else set())
    assert registry.client.get(f"/api/v1/applications/{sent}").status_code == 401


def test_only_a_complete_run_by_the_vendor_of_a_cloud_that_runs_the_version_is_submitted(registry):
    made = stage(registry, "fitting")
    robot = f"{made.owner}-robot"
    stranger = registry.join("fitting-stranger")
    elsewhere = send(registry, stranger.name)
    foreign = send(registry, stranger.name, run_id="foreign", cloud=digest(registry, made.result))
    cut = send(registry, robot, run_id="cut", complete=False)
    for result, why in (
        (elsewhere, "not linked to this version"),
        (foreign, "does not belong to the vendor"),
        (cut, "was not complete"),
    ):
        number = made.draft(result=result)
        made.done(number, "agree")
        assert why in fault(made.act(number, "submit"))


def digest(registry, result):
    return registry.client.get(f"/api/v1/results/{result}").get_json()["cloud"]["digest"]


def test_what_is_sent_is_checked_field_by_field(registry):
    made = stage(registry, "odd-fields")
    path = f"{made.product}/versions/{made.version}/applications"
    good = {"result": made.result, "target": "platform"}
    for bad, status, where in (
        ({"result": ""}, 400, "$.result"),
        ({"result": "0" * 32}, 404, None),
        ({"target": "toaster"}, 422, None),
        ({"note": "x" * 5000}, 400, "$.note"),
        ({"note": 7}, 400, "$.note"),
    ):
        answer = made.ask(made.owner, "POST", path, **{**good, **bad})
        assert answer.status_code == status, (bad, answer.text)
        if where:
            assert where in answer.text
    number = made.draft()
    for move, sent in (("dance", {}), ("submit", {"revision": "x"})):
        assert made.act(number, move, who=made.owner, **sent).status_code == 400
    wrong = made.act(number, "agree", agreement="0" * 64)
    assert "is not the digest of the present agreement" in fault(wrong)


def test_an_administrator_gives_it_to_a_reviewer_without_a_stake(registry):
    made = stage(registry, "giving")
    chief = with_password(registry, "giving-chief", Role.ADMINISTRATOR)
    partial = with_password(registry, "giving-partial", Role.REVIEWER)
    link = invite(made.visitor(made.owner), made.vendor)
    assert accept(visiting_as(registry, partial), link).status_code == 303
    number = made.brought_to("submitted")

    def give(name):
        revision = made.told(number)["revision"]
        path = f"/applications/{number}/reviewer"
        return made.ask(chief, "PUT", path, reviewer=name, revision=revision)

    assert give(made.reviewer).get_json()["reviewer"] == made.reviewer
    assert give(partial).status_code == 403
    assert give(made.owner).status_code == 404
    assert give("nobody").status_code == 404
    gone = with_password(registry, "giving-gone", Role.REVIEWER)
    with registry.session() as session, session.begin():
        services.disable(session, services.find_account(session, gone), now=registry.clock())
    assert give(gone).status_code == 404
    assert made.told(number)["reviewer"] == made.reviewer


def test_a_renewal_takes_the_place_of_the_one_before_when_it_is_published(registry):
    made = stage(registry, "renewing")
    old = made.brought_to("published")
    answer = made.ask(made.owner, "POST", f"/applications/{old}/renewal")
    assert answer.status_code == 201, answer.text
    new = answer.get_json()["id"]
    assert answer.get_json()["renews"] == old
    later = send(registry, f"{made.owner}-robot", run_id="later", ended="2026-11-20T11:45:00Z")
    sent = {"result": later, "target": "platform", "note": ""}
    made.ask(made.owner, "PUT", f"/applications/{new}", **sent, revision=1)
    for what in ("agree", "submit", "take-up", "approve", "publish"):
        assert made.told(old)["state"] == "published"
        made.done(new, what)
    told = made.told(old)
    assert (told["state"], told["steps"][-1]["account"]) == ("expired", None)
    assert told["steps"][-1]["reason"] == f"application {new} took its place"
    assert made.told(new)["state"] == "published"


def test_an_older_one_is_not_published_beside_a_newer_one(registry):
    made = stage(registry, "order")
    older, newer = made.brought_to("approved"), made.brought_to("published")
    assert "a newer one for this version and program is published" in fault(
        made.act(older, "publish")
    )
    made.done(newer, "withdraw", who=made.owner)
    assert made.done(older, "publish")["state"] == "published"


def test_marks_of_two_programs_stand_beside_each_other(registry):
    made = stage(registry, "programs")
    compute, platform = (
        made.brought_to("approved", target="compute"),
        made.brought_to("published"),
    )
    assert made.done(compute, "publish")["state"] == "published"
    newer = made.brought_to("published", target="compute")
    states = [made.told(number)["state"] for number in (compute, platform, newer)]
    assert states == ["expired", "published", "published"]


def test_what_runs_on_no_cloud_any_more_is_not_published(registry):
    made = stage(registry, "unlinked")
    number = made.brought_to("approved")
    path = f"{made.product}/versions/{made.version}/clouds/{digest(registry, made.result)}"
    assert made.ask(made.owner, "DELETE", path).status_code == 200
    assert "no longer linked to this version" in fault(made.act(number, "publish"))


def test_a_private_result_is_reviewed_and_published_once_it_is_shared(registry):
    made = stage(registry, "private")
    robot = registry.members[f"{made.owner}-robot"]
    body = samples.envelope(
        samples.result(
            cloud=digest(registry, made.result), run_id="private", ended="2026-11-20T11:40:00Z"
        ),
        robot.signer,
    )
    headers = {"Authorization": f"Bearer {robot.token}"}
    sent = registry.client.post("/api/v1/results?private=yes", data=body, headers=headers)
    result = sent.get_json()["id"]
    who, made.owner = made.owner, robot.name
    promote(made, who, robot.name)
    number = made.brought_to("approved", result=result)
    assert "the result is private" in fault(made.act(number, "publish"))
    registry.client.post(f"/api/v1/results/{result}/share", headers=headers)
    assert made.done(number, "publish")["state"] == "published"


def promote(made, owner, name):
    path = f"/vendors/{made.vendor}/members/{name}"
    assert made.ask(owner, "PUT", path, place="administrator").status_code == 200


def test_a_vendor_that_is_declined_meanwhile_publishes_nothing(registry):
    made = stage(registry, "declining")
    number = made.brought_to("approved")
    administer(registry, "decline", made.vendor, "--reason", "gone")
    assert "the vendor is not public" in fault(made.act(number, "publish"))


def test_a_run_that_is_too_old_carries_no_mark(registry):
    made = stage(registry, "stale")
    number = made.brought_to("in review")
    registry.clock.now += timedelta(days=366)
    assert "older than 365 days" in fault(made.act(number, "approve"))
    registry.clock.now -= timedelta(days=366)
