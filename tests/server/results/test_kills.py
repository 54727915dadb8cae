"""SIGKILL to the server or the database in the middle of many uploads: all or nothing of each."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import requests
from refcheck_server.audit.models import AuditEvent
from refcheck_server.database import Database
from refcheck_server.results.models import Cloud, Judgement, Standing, StoredResult, StoredVerdict
from refcheck_server.results.standings import stand_anew
from refcheck_server.settings import from_environment
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refcheck.result.signing import load_signer
from tests.server import live, samples
from tests.server.killing import Crowd, Mortal, mortal

CLOUDS = 8
PROGRAMS = 3
LONG = (pytest.mark.journey, pytest.mark.endurance)


@pytest.mark.parametrize(
    ("kind", "uploads", "deaths"),
    [
        ("postgresql", 60, ["server", "database", "server"]),
        pytest.param("postgresql", 200, ["server", "database"] * 10, marks=LONG),
        pytest.param("sqlite", 200, ["server"] * 20, marks=LONG),
    ],
)
def test_what_was_acknowledged_is_there_and_nothing_is_half_there(tmp_path, kind, uploads, deaths):
    with mortal(kind, str(tmp_path / "data")) as registry:
        key, token = live.new_account("example", tmp_path, *registry.place)
        bodies = signed_results(key, uploads)
        crowd = Crowd(registry, token)
        crowd.send_all(bodies, deaths)

        assert len(crowd.acknowledged) == uploads
        assert_each_can_be_read(registry.url, bodies)
        assert_each_is_told_that_it_is_there(crowd, bodies)
        with opened(registry) as session:
            assert_whole(session, set(crowd.acknowledged))
        verified = live.administer("audit", "verify", *registry.place)
        assert verified.returncode == 0, verified.stderr


def signed_results(key: Path, count: int) -> list[bytes]:
    """Results of a few clouds in turn, so that uploads meet on some of them."""
    signer = load_signer(key)
    clouds = [hashlib.sha256(bytes([number])).hexdigest() for number in range(CLOUDS)]
    made = (
        samples.result(samples.mixed, run_id=f"run {number}", cloud=clouds[number % CLOUDS])
        for number in range(count)
    )
    return [samples.envelope(one, signer) for one in made]


def opened(registry: Mortal) -> Session:
    options = dict(zip(registry.place[::2], registry.place[1::2], strict=True))
    data = Path(options["--data"]) if "--data" in options else None
    settings = from_environment({}, database=options.get("--database"), data=data)
    return Database(settings.database_url).session()


def assert_each_can_be_read(url: str, bodies: list[bytes]) -> None:
    seen = set()
    for digest in (hashlib.sha256(bytes([number])).hexdigest() for number in range(CLOUDS)):
        address = f"{url}/api/v1/clouds/{digest}"
        while address:
            page = requests.get(address, timeout=30).json()
            for one in page["results"]:
                kept = requests.get(f"{url}/api/v1/results/{one['id']}/envelope", timeout=30)
                seen.add(kept.content)
            address = page["next"] and f"{url}{page['next']}"
    assert seen == set(bodies)


def assert_each_is_told_that_it_is_there(crowd: Crowd, bodies: list[bytes]) -> None:
    answers = [crowd.send(body) for body in bodies]
    assert {one.status_code for one in answers} == {409}
    assert {one.json()["id"] for one in answers} == set(crowd.acknowledged)


def assert_whole(session: Session, acknowledged: set[str]) -> None:
    """Each result has its verdicts, its event and its outcomes, and nothing else is there."""
    assert set(session.scalars(select(StoredResult.id))) == acknowledged
    assert all(session.scalars(select(func.length(StoredResult.outcomes))))
    judged = session.execute(
        select(Judgement.result_id, func.count(StoredVerdict.id))
        .join(StoredVerdict, StoredVerdict.judgement_id == Judgement.id)
        .group_by(Judgement.id)
    ).all()
    assert sorted(judged) == [(one, PROGRAMS) for one in sorted(acknowledged)]
    told = session.scalars(select(AuditEvent.subject).where(AuditEvent.action == "result.judged"))
    assert sorted(told) == sorted(f"result:{one}" for one in acknowledged)
    standings = select(Standing.cloud_id, Standing.target, Standing.ended, Standing.strength)
    ordered = standings.order_by(Standing.cloud_id, Standing.target)
    stood = session.execute(ordered).all()
    stand_anew(session, session.scalars(select(Cloud.id)))
    assert session.execute(ordered).all() == stood
