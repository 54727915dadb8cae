"""The page of an application: what it shows to whom, and which buttons it has."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from html import unescape

import pytest
from refcheck_server.accounts.rights import Role
from refcheck_server.accounts.services import revoke_key
from refcheck_server.results.dictionaries import packer_for
from refcheck_server.results.envelopes import pack_envelope
from refcheck_server.results.models import StoredResult
from sqlalchemy import event

from refcheck.guideline.library import load
from refcheck.result.outcome import Outcome
from refcheck.result.signing import open_envelope
from tests.server import samples
from tests.server.review.stage import one_failed, send, stage
from tests.server.visitor import with_password

TEST = "test_list_servers_filter_by_server_name"


def text(page):
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def page(made, number, who=None):
    answer = made.visitor(who or made.reviewer).get(f"/applications/{number}")
    assert answer.status_code == 200, answer.text
    return answer.text


def buttons(shown):
    """Words of the buttons of moves, with what keeps them from being pressed."""
    return {
        words: unescape(why)
        for words, why in re.findall(
            r'<button type="submit"[^>]*>([A-Z][a-z ]+)</button>\s*<span class="quiet">([^<]+)',
            shown,
        )
    }


def test_the_buttons_are_those_that_the_table_gives_to_the_reader(registry):
    made = stage(registry, "buttons", one_failed)
    other = with_password(registry, "buttons-other", Role.REVIEWER)
    number = made.brought_to("in review")
    assert buttons(page(made, number)) == {
        "Approve it": "Not yet: the verdict does not qualify.",
        "Ask for changes": "Its state is “changes asked” then.",
        "Reject it": "Its state is “rejected” then.",
    }
    assert buttons(page(made, number, other)) == {}
    assert buttons(page(made, number, made.owner)) == {
        "Withdraw it": "Its state is “withdrawn” then."
    }
    chief = with_password(registry, "buttons-chief", Role.ADMINISTRATOR)
    assert "Give it to them" in page(made, number, chief)
    auditor = with_password(registry, "buttons-auditor", Role.AUDITOR)
    seen = page(made, number, auditor)
    assert "<form" not in seen.split("<main")[1]
    assert "Nothing at present" in seen


def test_it_shows_the_verdict_and_what_stands_in_the_way(registry):
    made = stage(registry, "verdicts", one_failed)
    shown = text(page(made, made.brought_to("in review")))
    assert "Does not qualify" in shown
    assert TEST in shown
    assert "GET /servers answered 500" in shown
    assert "Designated code ✓ held" in shown
    assert "75 of 76 required capabilities hold, 2 without a test that counts" in shown


def test_what_was_typed_is_kept_when_it_could_not_be_taken(registry):
    made = stage(registry, "typed", one_failed)
    number, reviewer = made.draft(), made.visitor(made.reviewer)
    test = next(one.id for one in samples.tests_of(samples.GUIDELINE) if one.name.endswith(TEST))
    made.ask(made.owner, "POST", f"/applications/{number}/waivers", test=test, wish="Mended soon.")
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    path, seen = f"/applications/{number}", made.told(number)["revision"]
    waiver = made.told(number)["waivers"][0]["id"]
    sent = {"decision": "granted", "reason": "A known fault.", "public": "Wait.", "expires": ""}
    answer = reviewer.post(f"{path}/waivers/{waiver}/decision", revision=seen, **sent)
    assert answer.status_code == 400
    form = answer.text.split(f"{path}/waivers/{waiver}/decision")[1].split("</form>")[0]
    assert re.search(r'value="granted" required checked', form)
    assert ">A known fault.</textarea>" in form
    assert 'value="Wait."' in form
    sent["expires"] = "2027-01-01"
    assert (
        reviewer.post(f"{path}/waivers/{waiver}/decision", revision=seen, **sent).status_code == 303
    )
    reason = "Which <release> is it?"
    answer = reviewer.post(f"{path}/moves/ask-for-changes", revision=seen, reason=reason)
    assert answer.status_code == 409
    assert "Somebody changed it meanwhile. See what it is now" in text(answer.text)
    asked, rejected = re.findall(r'name="reason"[^>]*>([^<]*)</textarea>', answer.text)
    assert (unescape(asked), rejected) == (reason, "")
    shown = text(answer.text)
    assert f"{TEST}: Wait. Until 2027-01-01, granted by {made.reviewer}." in shown
    assert f"{TEST} Mended soon. ✓ granted" in shown


def test_every_signature_and_piece_of_evidence_is_checked_when_it_is_looked_at(registry):
    made = stage(registry, "checked")
    number = made.brought_to("in review")
    shown = text(page(made, number))
    assert "✓ checked just now with key" in shown
    assert "✓ complete; 30 minutes" in shown
    assert "◐ no number of this registry was signed into it" in shown
    assert "required sections shown, which is the vendor's word" in shown
    assert re.search(r"code.json ✓ [\d,]+ bytes, SHA-256 [0-9a-f]{12}… checked just now", shown)
    assert f"accepted by {made.owner} on 2026-11-20" in shown
    forge(registry, made.result)
    shown = text(page(made, number))
    assert "✕ it does not hold" in shown
    revoked = made.visitor(made.owner)
    revoked.post(f"{made.product}/versions/{made.version}/clouds/{cloud(made)}/unlink")
    assert "✕ held by checked-robot; not linked to this version" in text(page(made, number))


def test_a_key_that_was_revoked_after_the_upload_is_told_beside_its_signature(registry):
    made = stage(registry, "revoking")
    number = made.brought_to("in review")
    assert "revoked" not in text(page(made, number))
    with registry.session() as session, session.begin():
        keyid = session.get(StoredResult, made.result).key.keyid
        revoke_key(session, keyid, now=registry.clock())
    shown = text(page(made, number))
    assert "✓ checked just now with key" in shown
    assert "Key ◐ revoked on 2026-11-20, after the upload" in shown


def test_a_digest_that_was_changed_beside_what_was_signed_is_found(registry):
    made = stage(registry, "renamed")
    number = made.brought_to("in review")
    assert "is the one that it is known by" in text(page(made, number))
    with registry.session() as session, session.begin():
        session.get(StoredResult, made.result).payload_sha256 = "0" * 64
    assert "is not the one that it is known by" in text(page(made, number))


def test_what_is_beside_a_private_result_is_not_shown_with_the_application(registry):
    made = stage(registry, "beside-it")
    number, robot = made.brought_to("in review"), f"{made.owner}-robot"
    content = b"what the load balancer said"
    where = f"/api/v1/results/{made.result}/evidence/{hashlib.sha256(content).hexdigest()}"
    headers = {"Authorization": f"Bearer {registry.members[robot].token}"}
    sent = registry.client.put(f"{where}?name=balancer.log", data=content, headers=headers)
    assert sent.status_code == 201
    assert "balancer.log" in page(made, number)
    assert made.ask(robot, "DELETE", f"/results/{made.result}/share").status_code == 200
    assert "balancer.log" not in page(made, number)


def cloud(made):
    told = made.registry.client.get(f"/api/v1/results/{made.result}").get_json()
    return told["cloud"]["digest"]


def forge(registry, result_id):
    """Let somebody who can write to the database change what was signed."""
    with registry.session() as session, session.begin():
        stored = session.get(StoredResult, result_id)
        body = stored.envelope
        payload = open_envelope(body).payload
        other = payload.replace(b"failed", b"passed").replace(b"0.1.0", b"0.1.1")
        packer = packer_for(session, load(samples.GUIDELINE))
        forged = body.replace(b64encode(payload), b64encode(other))
        stored.packed_envelope = pack_envelope(packer, forged, other)
        stored.dictionary_id = packer.id


def test_a_test_in_the_way_has_its_history_and_flakiness(registry):
    made = stage(registry, "history", one_failed)
    robot = f"{made.owner}-robot"

    def flaky(test):
        found = one_failed(test)
        return found if found.outcome is Outcome.PASSED else replace(found, outcome=Outcome.FLAKY)

    send(registry, robot, samples.passed, run_id="day 2", ended="2026-11-20T11:40:00Z")
    failed = text(page(made, made.brought_to("in review")))
    span = "20 November 2026 to 20 November 2026"
    assert f"The last 2 runs of the cloud, oldest first, of {span}" in failed
    assert re.search(r"✕ failed ✓ passed changed once in 2 runs", failed), failed
    send(registry, robot, flaky, run_id="day 3", ended="2026-11-20T11:50:00Z")
    assert "flaky: another try passed" in text(page(made, made.brought_to("in review")))


def test_the_difference_to_what_was_approved_last_is_shown(registry):
    made = stage(registry, "different")
    first = made.brought_to("published")
    assert "was approved before" in text(page(made, first))
    robot = f"{made.owner}-robot"
    worse = send(registry, robot, one_failed, run_id="worse", ended="2026-11-20T11:45:00Z")
    shown = text(page(made, made.brought_to("in review", result=worse)))
    assert f"Compared with application {first}" in shown
    assert re.search(r"No longer held: compute-servers-list", shown), shown
    assert "passed → failed" in shown
    same = made.brought_to("in review")
    assert "Nothing is different." in text(page(made, same))


def test_others_with_the_same_tests_in_the_way_are_for_reviewers_alone(registry):
    one, other = stage(registry, "alike", one_failed), stage(registry, "alike-too", one_failed)
    first, draft = one.brought_to("rejected"), one.draft()
    number = other.brought_to("in review")
    shown = text(page(other, number))
    assert f"Application {first} , Cloud One of Vendor alike: 1 test in common" in shown
    assert f"Application {draft} ," not in shown
    assert "Vendor alike:" not in text(page(other, number, other.owner))


def test_a_form_that_cannot_be_taken_tells_why_on_the_page(registry):
    made = stage(registry, "forms", one_failed)
    number = made.brought_to("in review")
    reviewer = made.visitor(made.reviewer)
    answer = reviewer.post(f"/applications/{number}/moves/approve", revision="999")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    answer = reviewer.post(f"/applications/{number}/moves/dance", revision="1")
    assert answer.status_code == 400
    owner = made.visitor(made.owner)
    answer = owner.post(f"/applications/{number}/edit", result=made.result, target="platform")
    assert answer.status_code == 409
    assert "cannot be changed" in answer.text


def test_what_somebody_writes_is_text_and_no_markup(registry):
    made = stage(registry, "markup")
    bad = "<script>alert(1)</script>"
    number = made.draft(note=bad)
    for what in ("agree", "submit", "take-up"):
        made.done(number, what)
    made.done(number, "ask-for-changes", reason=bad)
    shown = page(made, number)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;alert(1)") == 2


@pytest.mark.parametrize("path", ["/applications", "/applications/{number}", "/flow"])
def test_a_page_costs_the_same_statements_with_many_rows_as_with_few(registry, path):
    made = stage(registry, f"cost-{len(path)}", one_failed)
    number = made.brought_to("in review")
    few = statements(made, path.format(number=number))
    for _ in range(4):
        made.ask(made.reviewer, "POST", f"/applications/{number}/comments", text="hm")
        made.brought_to("submitted")
    assert statements(made, path.format(number=number)) == few <= 21


def statements(made, path):
    visitor, seen = made.visitor(made.reviewer), []

    def note(_conn, _cursor, statement, *_):
        seen.append(statement)

    visitor.get(path)
    event.listen(made.registry.database.engine, "before_cursor_execute", note)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        event.remove(made.registry.database.engine, "before_cursor_execute", note)
    return len(seen)
