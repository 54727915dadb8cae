"""Evidence about code: files that are judged, agreed to and kept with the application, or refused."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO

import pytest
from refcheck_server.accounts.rights import Role
from refcheck_server.audit.models import AuditEvent
from refcheck_server.evidence import services as store
from refcheck_server.evidence.models import Blob
from refcheck_server.review.evidence import LIMIT, MOST_FILES
from sqlalchemy import select, update

from tests.server.review.stage import stage
from tests.server.review.test_cockpit import page, text
from tests.server.visitor import with_password


def statement(section, project="nova", state="identical"):
    said = {"project": project, "section": section, "state": state}
    return json.dumps({"code": [said]}).encode()


def fault(answer):
    return answer.get_json()["error"]["fault"]


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_what_is_attached_is_judged_at_once_and_taken_back_is_not(registry):
    made = stage(registry, "judging")
    number, content = made.draft(code=""), made.code.encode()
    assert not made.told(number)["qualifies"]
    told = made.attach(number, content).get_json()
    assert told["qualifies"]
    [file] = told["evidence"]
    assert (file["sha256"], file["name"], file["size"]) == (
        sha256(content), "code.json", len(content),
    )  # fmt: skip
    assert made.attach(number, content, "again.json").get_json()["evidence"] == [file]
    path = f"/applications/{number}/evidence/{file['sha256']}"
    told = made.ask(made.owner, "DELETE", path).get_json()
    assert (told["qualifies"], told["evidence"]) == (False, [])
    assert made.ask(made.owner, "DELETE", path).status_code == 404


def test_several_files_are_judged_as_one_and_may_not_speak_of_the_same(registry):
    made = stage(registry, "several")
    whole = json.loads(made.code)["code"]
    halves = [{"code": whole[::2]}, {"code": whole[1::2]}]
    number = made.draft(code="")
    for name, half in enumerate(halves):
        answer = made.attach(number, json.dumps(half).encode(), f"{name}.json")
        assert answer.status_code == 201, answer.text
    assert made.told(number)["qualifies"]
    twice = made.attach(number, json.dumps({"code": whole[:1]}).encode(), "again.json")
    assert twice.status_code == 400
    assert "speaks twice of" in fault(twice)
    assert len(made.told(number)["evidence"]) == 2


@pytest.mark.parametrize(
    ("name", "content", "status", "why"),
    [
        ("code.pdf", b"%PDF-1.7", 415, "the file code.pdf is none that is judged"),
        ("code.html", b"<script>", 415, "the file code.html is none that is judged"),
        ("code", b"code: []", 415, "the file code is none that is judged"),
        ("../code.json", b"{}", 400, "is not the name of a file"),
        ("", b"{}", 400, "is not the name of a file"),
        ("code.json", b"\x89PNG\r\n\x1a\n", 400, "is not UTF-8"),
        ("code.json", b"{", 400, "is not JSON"),
        ("code.yaml", b"code: [{project: nova}]", 400, '"section" is a required property'),
        ("code.json", statement("\ud800"), 400, "holds half of a surrogate pair"),
        ("code.json", statement("large") + b" " * LIMIT, 413, "larger than 60,000 bytes"),
    ],
)
def test_what_is_no_evidence_is_refused_with_what_is(registry, name, content, status, why):
    made = stage(registry, f"refused-{abs(hash((name, content))) % 10**9}")
    number = made.draft(code="")
    answer = made.attach(number, content, name)
    assert answer.status_code == status, answer.text
    assert why in fault(answer)
    assert answer.get_json()["error"]["next_step"]
    form = made.visitor(made.owner).post(
        f"/applications/{number}/evidence", file=(BytesIO(content), name or "code.txt")
    )
    assert form.status_code in {status, 400, 415}
    assert 'role="alert"' in form.text
    assert made.told(number)["evidence"] == []


def test_what_is_cut_off_or_too_much_or_missing_is_refused(registry):
    made = stage(registry, "too-much")
    number = made.draft(code="")
    wrong = made.attach(number, b"code: []", "code.yaml", sha256="0" * 64)
    assert (wrong.status_code, wrong.get_json()["error"]["path"]) == (422, "sha256")
    for count in range(MOST_FILES):
        assert made.attach(number, statement(f"part {count}"), "a.json").status_code == 201
    assert made.attach(number, statement("one more"), "a.json").status_code == 409
    owner = made.visitor(made.owner)
    assert "Choose a file" in owner.post(f"/applications/{number}/evidence").text
    large = {"file": (BytesIO(b"x" * 300_000), "code.json")}
    answer = owner.post(f"/applications/{number}/evidence", **large)
    assert answer.status_code == 413
    assert "256 KiB" in answer.text


def test_what_was_agreed_to_and_decided_is_in_the_log_with_the_evidence(registry):
    made = stage(registry, "logged")
    number = made.brought_to("in review")
    with registry.session() as session:
        found = session.execute(
            select(AuditEvent.action, AuditEvent.detail)
            .where(AuditEvent.subject == f"application:{number}")
            .order_by(AuditEvent.number)
        ).all()
    digest = sha256(made.code.encode())
    said = {action: json.loads(detail) for action, detail in found}
    assert said["evidence.attached"]["sha256"] == digest
    for action in ("application.agreed", "application.submitted", "application.taken_up"):
        assert said[action]["evidence"] == [digest], action
    assert said["application.agreed"]["result"] == made.result


def test_other_evidence_is_agreed_to_anew_and_with_the_reviewers_nothing_changes(registry):
    made = stage(registry, "agreed")
    number = made.draft()
    made.done(number, "agree")
    assert made.attach(number, statement("more"), "more.json").status_code == 201
    assert "what was agreed to has changed" in fault(made.act(number, "submit"))
    made.done(number, "agree")
    made.done(number, "submit")
    late = made.attach(number, statement("late"), "late.json")
    assert late.status_code == 409
    path = f"/applications/{number}/evidence/{sha256(made.code.encode())}"
    assert made.ask(made.owner, "DELETE", path).status_code == 409


def test_evidence_is_read_by_whoever_sees_the_application_as_a_file(registry):
    made, other = stage(registry, "reading"), stage(registry, "prying")
    number, content = made.draft(), made.code.encode()
    address = f"/applications/{number}/evidence/{sha256(content)}"
    assert made.ask(made.reviewer, "GET", address).status_code == 404
    for what in ("agree", "submit"):
        made.done(number, what)
    auditor = with_password(registry, "reading-auditor", Role.AUDITOR)
    for who in (made.owner, made.reviewer, auditor):
        answer = made.visitor(who).get(f"/api/v1{address}")
        assert answer.data == content, who
        assert answer.headers["Content-Disposition"] == 'attachment; filename="code.json"'
        assert answer.headers["Cache-Control"] == "no-store"
    assert made.ask(other.owner, "GET", address).status_code == 404
    assert registry.client.get(f"/api/v1{address}").status_code == 401
    assert made.attach(number, content, who=other.owner).status_code == 404
    assert made.attach(number, content, who=made.reviewer).status_code == 403


def test_the_cockpit_shows_the_files_and_finds_one_that_was_changed(registry):
    made = stage(registry, "tampered")
    number = made.brought_to("in review")
    assert "about code, judged" in text(page(made, number))
    with registry.session() as session, session.begin():
        own = Blob.sha256 == sha256(made.code.encode())
        session.execute(update(Blob).where(own).values(content=b'{"code": []}'))
    assert "does not hold: the bytes are not what was sent" in text(page(made, number))
    with registry.session() as session:
        disk = registry.client.application.extensions["refcheck_evidence"]
        assert store.check(session, disk).lost == (sha256(made.code.encode()),)


def test_a_renewal_has_the_evidence_of_the_one_before_and_a_reviewer_no_form_for_it(registry):
    made = stage(registry, "renewed")
    number = made.brought_to("published")
    assert "Attach evidence" not in page(made, number)
    new = made.ask(made.owner, "POST", f"/applications/{number}/renewal").get_json()
    assert [one["name"] for one in new["evidence"]] == ["code.json"]
    assert new["qualifies"]
    assert "Attach evidence" in page(made, new["id"], made.owner)
