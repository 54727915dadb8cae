"""Results are judged anew, beside what was judged before; anyone can do it again."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from refcheck_server.audit.models import AuditEvent
from refcheck_server.command import registry as command
from refcheck_server.results import rejudging
from refcheck_server.results.models import Cloud, Judgement, Standing
from sqlalchemy import delete, func, select, update

from refcheck.guideline.library import load
from refcheck.verdict.judge import judge
from refcheck.verdict.suite_judge import SuiteJudge
from refcheck.verdict.verdict import ENGINE
from tests.server import samples
from tests.server.conftest import NOW, Registry

LATER = NOW + timedelta(days=1)


def of_an_older_engine(registry: Registry) -> None:
    """As if all verdicts were by an engine of before."""
    with registry.session() as session, session.begin():
        session.execute(update(Judgement).values(engine="refcheck-judge/0"))


def rejudge(registry: Registry, **how: object) -> int:
    return sum(rejudging.rejudge(registry.database, at=LATER, workers=1, **how))


def standing(registry: Registry) -> list:
    with registry.session() as session:
        columns = Standing.__table__.columns
        query = select(columns).order_by(Standing.cloud_id, Standing.target)
        return [tuple(row) for row in session.execute(query)]


@pytest.fixture
def several(registry):
    """Two clouds with runs of three kinds, of two accounts, one second after the other."""
    registry.join("other")
    for number, outcome in enumerate((samples.passed, samples.mixed, samples.passed)):
        for cloud in ("a" * 64, "b" * 64):
            made = samples.result(outcome, run_id=f"{number}{cloud[0]}", cloud=cloud)
            member = registry.members["other"] if number == 2 else registry.example
            registry.clock.forward(seconds=1)
            assert registry.submit(made, member=member).status_code == 201
    registry.submit(samples.result(guideline="2022.11", cloud="b" * 64, run_id="newer"))
    return registry


def test_what_is_up_to_date_is_left_alone(several):
    assert rejudge(several) == 0


def test_a_new_engine_judges_everything_and_what_stands_follows(several):
    before = standing(several)
    of_an_older_engine(several)
    assert rejudge(several) == 7
    assert rejudge(several) == 0
    with several.session() as session:
        assert session.scalar(select(func.count(Judgement.id))) == 14
        assert session.scalar(select(func.count()).where(Judgement.current)) == 7
        assert session.scalar(select(func.count()).where(Cloud.stale)) == 0
    # the same verdicts stand, by other rows
    assert [row[:2] + row[3:] for row in standing(several)] == [row[:2] + row[3:] for row in before]
    assert {row[2] for row in standing(several)}.isdisjoint({row[2] for row in before})


def test_what_stands_when_worked_out_anew_is_what_stood_as_results_came_in(several):
    before = standing(several)
    forget_what_stands(several)
    rejudge(several)
    assert standing(several) == before


def forget_what_stands(registry):
    with registry.session() as session, session.begin():
        session.execute(delete(Standing))
        session.execute(update(Cloud).values(stale=True))


def test_a_new_verdict_is_the_judges_own_and_the_old_one_stays(registry):
    made = samples.result(samples.mixed)
    result_id = registry.submit(made).get_json()["id"]
    of_an_older_engine(registry)
    rejudge(registry)
    address = f"/api/v1/results/{result_id}/verdicts"
    for target in ("platform", "compute", "object"):
        expected = judge(load("2020.06"), target, made.outcomes, at=LATER, load=load).canonical()
        assert registry.client.get(f"{address}/{target}").data == expected
    history = registry.client.get(address).get_json()["verdicts"]
    assert [one["current"] for one in history] == [True] * 3 + [False] * 3
    assert {one["engine"] for one in history[3:]} == {"refcheck-judge/0"}
    old = registry.client.get(history[-1]["document_url"]).get_json()
    assert old["judged_at"] == "2026-11-20T12:00:00Z"
    assert registry.client.get(f"/results/{result_id}").status_code == 200


def test_the_same_outcomes_are_judged_again_at_the_time_they_come_in(registry):
    """Their verdicts are remembered, and say when."""
    for number in range(2):
        made = samples.result(samples.mixed, run_id=f"run {number}")
        now = registry.clock()
        result_id = registry.submit(made).get_json()["id"]
        for target in ("platform", "object"):
            expected = judge(load("2020.06"), target, made.outcomes, at=now, load=load)
            given = registry.client.get(f"/api/v1/results/{result_id}/verdicts/{target}").data
            assert given == expected.canonical()
        registry.clock.forward(hours=1)


def test_a_run_that_was_killed_goes_on_where_it_ended(several, monkeypatch):
    of_an_older_engine(several)
    before = standing(several)
    real, done = rejudging.judge_some, []

    def killed(task):
        done.append(real(task))
        if sum(done) >= 3:
            raise KeyboardInterrupt
        return done[-1]

    monkeypatch.setattr(rejudging, "judge_some", killed)
    with pytest.raises(KeyboardInterrupt):
        rejudge(several)
    assert standing(several) == before
    monkeypatch.setattr(rejudging, "judge_some", real)
    assert rejudge(several) == 7 - sum(done)
    assert [row[:2] + row[3:] for row in standing(several)] == [row[:2] + row[3:] for row in before]


def test_the_audit_log_tells_of_each_batch_once(several):
    of_an_older_engine(several)
    rejudge(several, actor="operator:someone")
    with several.session() as session:
        query = select(AuditEvent).where(AuditEvent.action == "results.rejudged")
        told = session.scalars(query).all()
    details = [json.loads(one.detail) for one in told]
    assert sum(one["results"] for one in details) == 7
    assert {one.actor for one in told} == {"operator:someone"}
    assert {one.subject for one in told} == {"guideline:2020.06", "guideline:2022.11"}
    assert {one["engine"] for one in details} == {ENGINE}
    assert all(one["current"] for one in details)


def test_results_with_the_same_outcomes_are_judged_once(several, monkeypatch):
    of_an_older_engine(several)
    real, judged = SuiteJudge.judge, []

    def noted(self, others, sha256, **how):
        judged.append(sha256)
        return real(self, others, sha256, **how)

    monkeypatch.setattr(SuiteJudge, "judge", noted)
    assert rejudge(several) == 7
    assert len(judged) == len(set(judged)) == 3


def test_another_guideline_is_judged_beside_and_decides_nothing(several):
    before = standing(several)
    assert rejudge(several, guideline_id="2019.11") == 7
    assert rejudge(several, guideline_id="2019.11") == 0
    assert standing(several) == before
    forget_what_stands(several)
    rejudge(several)
    assert standing(several) == before


def test_the_command_judges_with_processes_and_says_how_much(several):
    of_an_older_engine(several)
    place = ["--database", several.settings.database_url]
    ended = CliRunner().invoke(command, ["rejudge", "--workers", "2", *place])
    assert ended.exit_code == 0, ended.output
    assert "judged    7 results anew" in ended.output
    unknown = CliRunner().invoke(command, ["rejudge", "--guideline", "1999.01", *place])
    assert "there is no guideline '1999.01'" in unknown.exception.fault


def test_anyone_can_judge_again_with_what_is_given_out(registry, tmp_path):
    result_id = registry.submit(samples.result(samples.mixed)).get_json()["id"]
    files = {
        "result.json": f"/api/v1/results/{result_id}/envelope",
        "verdict.json": f"/api/v1/results/{result_id}/verdicts/compute",
        "guideline.yaml": "/api/v1/guidelines/2020.06",
    }
    for name, address in files.items():
        (tmp_path / name).write_bytes(registry.client.get(address).data)
    again = [
        sys.executable, "-m", "refcheck", "verdict", "verify", str(tmp_path / "verdict.json"),
        "--guideline", str(tmp_path / "guideline.yaml"),
    ]  # fmt: skip
    ended = subprocess.run(again, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("equal:")
    known = registry.client.get("/api/v1/guidelines").get_json()["guidelines"]
    assert {one["id"]: one["sha256"] for one in known}["2020.06"] == load("2020.06").sha256
    assert registry.client.get("/api/v1/guidelines/1999.01").status_code == 404
