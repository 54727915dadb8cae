"""Uploading results: what is stored and answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from refcheck_server.results import services as results
from refcheck_server.results.models import Cloud, Standing, StoredResult, StoredVerdict
from sqlalchemy import func, select

from refcheck.errors import UnknownTarget
from refcheck.guideline.library import load
from refcheck.result.outcome import Outcome, TestOutcome
from refcheck.verdict.judge import judge
from tests.server import samples
from tests.server.conftest import NOW


def test_a_result_is_judged_for_every_program_and_answered_with_its_addresses(registry):
    answer = registry.submit(samples.result())
    assert answer.status_code == 201
    body = answer.get_json()
    assert answer.headers["Location"] == body["api_url"]
    assert body["url"].endswith(f"/results/{body['id']}")
    assert body["badge_url"].endswith(f"/clouds/{samples.CLOUD}/badge.svg")
    assert {one["target"] for one in body["verdicts"]} == {"platform", "compute", "object"}
    for one in body["verdicts"]:
        assert one["capability_rule"] == "held"
        assert one["designated_code_rule"] == "not shown"
        assert one["qualifies"] is False
        assert one["mark"] is None


def test_the_stored_verdict_is_the_judges_own_canonical_bytes(registry):
    made = samples.result(samples.mixed)
    result_id = registry.submit(made).get_json()["id"]
    for target in ("platform", "compute", "object"):
        answer = registry.client.get(f"/api/v1/results/{result_id}/verdicts/{target}")
        expected = judge(load("2020.06"), target, made.outcomes, at=NOW, load=load).canonical()
        assert answer.data == expected


def test_the_uploaded_bytes_come_back_byte_for_byte(registry):
    body = samples.envelope(samples.result(), registry.example.signer) + b"\n  "
    result_id = registry.send(body).get_json()["id"]
    assert registry.client.get(f"/api/v1/results/{result_id}/envelope").data == body


def test_the_json_of_a_result_carries_verdicts_and_provenance(registry):
    result_id = registry.submit(samples.result(samples.mixed)).get_json()["id"]
    found = registry.client.get(f"/api/v1/results/{result_id}").get_json()
    assert found["run"]["guideline"]["sha256"] == load("2020.06").sha256
    assert found["signature"]["keyid"] == registry.example.signer.public_key.keyid
    assert found["account"] == "example"
    assert [one["guideline"]["sha256"] for one in found["verdicts"]] == [load("2020.06").sha256] * 3
    assert found["verdicts"][0]["blockers"]


def test_an_interrupted_run_is_kept_and_told_but_does_not_stand_for_the_cloud(registry):
    answer = registry.submit(samples.result(complete=False))
    assert answer.status_code == 201
    assert registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()["standing"] == []
    page = registry.client.get(f"/results/{answer.get_json()['id']}").text
    assert "Incomplete run." in page


def test_a_run_that_was_told_to_leave_tests_out_does_not_stand_for_the_cloud(registry):
    def left_out(test):
        reason = "left out: --services compute"
        return TestOutcome(test.id, test.name, Outcome.UNDECIDED, reason, attempts=0)

    def standing():
        return registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()["standing"]

    registry.submit(samples.result())
    before = standing()
    registry.submit(samples.result(left_out, run_id="narrowed", ended="2026-11-20T11:59:00Z"))
    assert standing() == before != []


def test_a_newer_run_takes_over_and_an_older_one_sent_later_does_not(registry):
    def failing(test):
        return replace(samples.passed(test), outcome=Outcome.FAILED, reason="no")

    registry.submit(samples.result())
    older = samples.result(
        failing, run_id="older", started="2026-11-01T10:00:00Z", ended="2026-11-01T11:00:00Z"
    )
    newer = samples.result(failing, run_id="newer", ended="2026-11-20T11:59:00Z")

    def rules() -> set[str]:
        cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
        return {one["capability_rule"] for one in cloud["standing"]}

    registry.submit(older)
    assert rules() == {"held"}
    registry.submit(newer)
    assert rules() == {"not held"}


def test_an_undecided_run_does_not_push_a_decided_one_aside(registry):
    registry.submit(samples.result())
    nothing = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not run"),
        run_id="nothing",
        ended="2026-11-20T11:59:00Z",
    )
    assert registry.submit(nothing).status_code == 201
    cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
    assert {one["capability_rule"] for one in cloud["standing"]} == {"held"}


def test_a_stranger_cannot_change_what_a_cloud_may_claim(registry):
    registry.submit(samples.result())
    stranger = registry.join("stranger")
    worse = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.FAILED, reason="no"),
        run_id="by a stranger",
        ended="2026-11-20T11:59:00Z",
    )
    answer = registry.submit(worse, member=stranger)
    assert answer.status_code == 201
    cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
    assert cloud["holder"] == "example"
    assert {one["capability_rule"] for one in cloud["standing"]} == {"held"}
    assert "Does not decide." in registry.client.get(f"/results/{answer.get_json()['id']}").text


def test_the_same_result_is_taken_once(registry):
    first = registry.submit(samples.result()).get_json()["id"]
    again = registry.submit(samples.result())
    assert again.status_code == 409
    assert again.get_json()["id"] == first
    assert first in again.get_json()["error"]["fault"]
    assert registry.stored() == 1


def test_the_same_result_signed_by_another_account_is_still_the_same(registry):
    first = registry.submit(samples.result()).get_json()["id"]
    again = registry.submit(samples.result(), member=registry.join("second"))
    assert (again.status_code, again.get_json()["id"]) == (409, first)


def test_nothing_is_kept_when_the_judge_breaks_half_way(registry, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise UnknownTarget("the second program broke", next_step="-")

    monkeypatch.setattr(results, "move_standings", broken)
    assert registry.submit(samples.result()).status_code == 422
    with registry.session() as session:
        for model in (StoredResult, StoredVerdict, Cloud, Standing):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_any_content_type_is_read_as_the_envelope_it_holds(registry):
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = registry.send(body, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 201


def test_a_run_with_another_edition_of_the_guideline_is_judged_by_ours_and_says_so(registry):
    answer = registry.submit(samples.result(guideline_sha256="0" * 64))
    assert answer.status_code == 201
    assert "Other edition." in registry.client.get(f"/results/{answer.get_json()['id']}").text


def test_a_run_that_decides_takes_over_from_an_undecided_one_even_if_it_is_older(registry):
    nothing = samples.result(
        lambda test: replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not run"),
        run_id="nothing",
        ended="2026-11-20T11:59:00Z",
    )

    def rules() -> set[str]:
        cloud = registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()
        return {one["capability_rule"] for one in cloud["standing"]}

    registry.submit(nothing)
    assert rules() == {"undecidable"}
    assert "nothing failed for certain" in registry.client.get(f"/clouds/{samples.CLOUD}").text
    registry.submit(samples.result())
    assert rules() == {"held"}


@pytest.mark.parametrize(("guideline", "target"), [("dns.2020.06", "dns"), ("2019.11", "object")])
def test_results_for_other_guidelines_and_add_ons_are_judged_and_shown(registry, guideline, target):
    answer = registry.submit(samples.result(guideline=guideline, target=target))
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert target in {one["target"] for one in body["verdicts"]}
    page = registry.client.get(f"/results/{body['id']}")
    assert page.status_code == 200
    assert guideline in page.text
    assert registry.client.get(f"/clouds/{samples.CLOUD}").status_code == 200
