"""Evidence beside results: kept whole under its digest or not at all, and private like its result."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from refcheck_server.app import create_app
from refcheck_server.command import registry as command
from refcheck_server.evidence import services
from refcheck_server.evidence.errors import EvidenceAway
from refcheck_server.evidence.models import Blob
from refcheck_server.settings import from_environment
from sqlalchemy import select

from tests.server import samples
from tests.server.accounts.conftest import RATES
from tests.server.conftest import Clock, Registry

SEEN = b"what was seen\n" * 1000
LIMIT = 64 * 1024


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(params=["disk", "s3"])
def place(request, monkeypatch, tmp_path) -> str:
    if request.param == "disk":
        return str(tmp_path / "evidence")
    address = request.getfixturevalue("s3_server")
    for name, value in {
        "AWS_ENDPOINT_URL": address, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "registry", "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    bucket = f"evidence-{uuid.uuid4().hex}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/of/registry"


@dataclass
class Keeping:
    """A registry with a result, and what may be done about its evidence."""

    registry: Registry
    result: str = ""

    @property
    def store(self):
        return self.registry.client.application.extensions["refcheck_evidence"]

    def address(self, sha256: str) -> str:
        return f"/api/v1/results/{self.result}/evidence/{sha256}"

    def send(self, data: bytes, *, sha256: str = "", query: str = "", **more: Any):
        given = {
            "Authorization": f"Bearer {self.registry.example.token}",
            **more.pop("headers", {}),
        }
        address = self.address(sha256 or digest(data)) + query
        return self.registry.client.put(address, data=data, headers=given, **more)

    def kept(self) -> list[str]:
        return [name for name, _ in self.store.names()]

    def attached(self) -> list[str]:
        given = {"Authorization": f"Bearer {self.registry.example.token}"}
        answer = self.registry.client.get(f"/api/v1/results/{self.result}/evidence", headers=given)
        return [one["sha256"] for one in answer.json["evidence"]]

    def run(self, *arguments: str):
        where = ["--database", self.registry.settings.database_url]
        return CliRunner().invoke(command, [*arguments, *where])


@pytest.fixture
def keeping(migrated_file: Path, tmp_path: Path, place: str, monkeypatch):
    file = tmp_path / "registry.db"
    shutil.copyfile(migrated_file, file)
    environ = {"REFCHECK_REGISTRY_EVIDENCE": place, "REFCHECK_REGISTRY_EVIDENCE_LIMIT": str(LIMIT)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    settings = from_environment({**RATES, **environ}, database=f"sqlite:///{file}")
    clock = Clock()
    app = create_app(settings, now=clock)
    made = Keeping(
        Registry(settings, app.extensions["refcheck_database"], app.test_client(), clock)
    )
    made.registry.join("example")
    made.result = made.registry.submit(samples.result()).json["id"]
    yield made
    made.registry.database.engine.dispose()


on_disk = pytest.mark.parametrize("place", ["disk"], indirect=True)


def test_evidence_comes_back_to_the_byte_as_a_file_and_never_as_a_page(keeping):
    page = b"<script>alert(1)</script>" + SEEN
    answer = keeping.send(page, query="?name=exchanges.html")
    assert answer.status_code == 201
    assert (answer.json["size"], answer.json["name"]) == (len(page), "exchanges.html")
    got = keeping.registry.client.get(keeping.address(digest(page)))
    assert got.data == page
    assert got.content_type == "application/octet-stream"
    assert got.headers["Content-Disposition"] == 'attachment; filename="exchanges.html"'
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Length"] == str(len(page))
    shown = keeping.registry.client.get(f"/results/{keeping.result}").text
    assert "exchanges.html" in shown
    assert digest(page) in shown


def test_a_second_time_changes_nothing_and_mends_what_the_store_lost(keeping):
    keeping.send(SEEN)
    keeping.store.remove(digest(SEEN))
    assert keeping.registry.client.get(keeping.address(digest(SEEN))).status_code == 503
    assert keeping.send(SEEN, query="?name=other").json["name"] == digest(SEEN)[:12]
    assert keeping.registry.client.get(keeping.address(digest(SEEN))).data == SEEN
    assert keeping.attached() == [digest(SEEN)]


@on_disk
def test_evidence_is_seen_by_whoever_sees_its_result(keeping):
    registry = keeping.registry
    body = samples.envelope(samples.result(run_id="private"), registry.example.signer)
    given = {"Authorization": f"Bearer {registry.example.token}"}
    keeping.result = registry.client.post(
        "/api/v1/results?private=yes", data=body, headers=given
    ).json["id"]
    keeping.send(SEEN)
    address = keeping.address(digest(SEEN))
    other = {"Authorization": f"Bearer {registry.join('other').token}"}
    listed = f"/api/v1/results/{keeping.result}/evidence"
    for where in (address, listed):
        assert registry.client.get(where).status_code == 404
        assert registry.client.get(where, headers=other).status_code == 404
        assert registry.client.get(where, headers=given).status_code == 200
    assert registry.client.get(address, headers=given).headers["Cache-Control"] == "no-store"
    registry.client.post(f"/api/v1/results/{keeping.result}/share", headers=given)
    assert registry.client.get(address).data == SEEN


@on_disk
def test_only_who_sent_a_result_attaches_evidence_or_takes_it_back(keeping):
    keeping.send(SEEN)
    registry = keeping.registry
    other = {"Authorization": f"Bearer {registry.join('other').token}"}
    address = keeping.address(digest(SEEN))
    assert registry.client.put(address, data=SEEN, headers=other).status_code == 403
    assert registry.client.delete(address, headers=other).status_code == 403
    assert registry.client.put(address, data=SEEN).status_code == 401
    assert keeping.attached() == [digest(SEEN)]


def test_what_is_not_what_the_address_says_is_not_kept(keeping):
    answer = keeping.send(SEEN, sha256=digest(b"something else"))
    assert (answer.status_code, answer.json["error"]["path"]) == (422, "sha256")
    assert (keeping.kept(), keeping.attached()) == ([], [])
    assert list(keeping.store.scratch.glob("evidence-*")) == []


@on_disk
def test_what_was_cut_off_is_not_kept(keeping):
    answer = keeping.send(SEEN[:100], sha256=digest(SEEN), content_length=len(SEEN))
    assert answer.status_code in {400, 422}  # as the server in front sees it
    assert (keeping.kept(), keeping.attached()) == ([], [])
    assert list(keeping.store.scratch.glob("*")) == []


@on_disk
def test_more_than_the_limit_is_refused_whether_its_length_is_told_or_not(keeping):
    large = b"x" * (LIMIT + 1)
    assert keeping.send(large).status_code == 413
    stream = {
        "input_stream": io.BytesIO(large),
        "environ_overrides": {"wsgi.input_terminated": True},
    }
    given = {"Authorization": f"Bearer {keeping.registry.example.token}"}
    address = keeping.address(digest(large))
    answer = keeping.registry.client.put(address, headers=given, **stream)
    assert answer.status_code == 413
    assert keeping.send(large[:-1]).status_code == 201
    assert keeping.kept() == [digest(large[:-1])]


@on_disk
def test_a_bomb_stays_as_small_as_it_came(keeping):
    bomb = gzip.compress(b"\0" * 20_000_000)
    assert keeping.send(bomb, headers={"Content-Encoding": "gzip"}).status_code == 415
    assert keeping.send(bomb).json["size"] == len(bomb) < LIMIT
    got = keeping.registry.client.get(keeping.address(digest(bomb)))
    assert got.data == bomb
    assert "Content-Encoding" not in got.headers


@on_disk
@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..", ".hidden", "a/b", "a\\b", "a%00b", 'a"b', "a%0d%0ab", "", "x" * 101],
)
def test_a_name_is_a_file_s_and_no_way_elsewhere(keeping, name):
    answer = keeping.send(SEEN, query=f"?name={name}")
    assert (answer.status_code, answer.json["error"]["path"]) == (400, "name")
    assert keeping.attached() == []


@on_disk
@pytest.mark.parametrize("sha256", ["..%2f..%2fregistry.db", "0" * 63, "A" * 64, "0" * 65, ".."])
def test_no_address_leads_out_of_the_store(keeping, sha256):
    for method in (keeping.registry.client.get, keeping.registry.client.put):
        given = {"Authorization": f"Bearer {keeping.registry.example.token}"}
        assert method(keeping.address(sha256), headers=given).status_code in {404, 405}


@on_disk
def test_a_result_has_so_much_evidence_and_no_more(keeping, monkeypatch):
    monkeypatch.setattr(services, "MOST_PIECES", 2)
    assert [keeping.send(bytes([one])).status_code for one in range(3)] == [201, 201, 409]
    assert keeping.send(bytes([1])).status_code == 201  # that one is there
    monkeypatch.setattr(services, "MOST_PIECES", 20)
    big = [bytes([one]) * LIMIT for one in range(5)]
    assert [keeping.send(one).status_code for one in big] == [201, 201, 201, 409, 409]


def test_what_several_results_have_is_kept_once_and_as_long_as_one_has_it(keeping):
    first = keeping.result
    keeping.send(SEEN)
    keeping.result = keeping.registry.submit(samples.result(run_id="second")).json["id"]
    keeping.send(SEEN)
    assert keeping.kept() == [digest(SEEN)]
    given = {"Authorization": f"Bearer {keeping.registry.example.token}"}
    assert (
        keeping.registry.client.delete(keeping.address(digest(SEEN)), headers=given).status_code
        == 200
    )
    collect = lambda now: _collect(keeping, now)  # noqa: E731
    assert collect(keeping.registry.clock.now.replace(year=2027)) == 0
    keeping.result = first
    assert keeping.registry.client.get(keeping.address(digest(SEEN))).data == SEEN
    keeping.registry.client.delete(keeping.address(digest(SEEN)), headers=given)
    assert collect(keeping.registry.clock.now) == 0  # it may be on its way in
    assert collect(keeping.registry.clock.now.replace(year=2027)) == 1
    assert keeping.kept() == []
    assert keeping.registry.client.get(keeping.address(digest(SEEN))).status_code == 404


def _collect(keeping, now):
    with keeping.registry.session() as session:
        return services.collect(session, keeping.store, now=now)


@on_disk
def test_what_the_database_does_not_know_is_cleared_away_after_a_day(keeping):
    keeping.send(SEEN)
    file = keeping.store.scratch / "x"
    for age in (2, 0):
        file.write_bytes(b"unknown")
        keeping.store.keep(digest(str(age).encode()), file)
        days_ago = time.time() - age * 86400
        known = keeping.store._file(digest(str(age).encode()))
        os.utime(known, (days_ago, days_ago))
    assert keeping.run("evidence", "collect").output.startswith("removed   1 from")
    assert sorted(keeping.kept()) == sorted([digest(SEEN), digest(b"0")])


def test_a_store_that_is_away_is_told_and_nothing_is_shown_that_is_not_there(
    keeping, monkeypatch, tmp_path
):
    blocked = tmp_path / "file"
    blocked.touch()
    if keeping.store.place.startswith("s3://"):
        keeping.registry.client.application.extensions["refcheck_evidence"] = _gone(monkeypatch)
    else:
        monkeypatch.setattr(keeping.store, "_folder", blocked)
    assert keeping.send(SEEN).status_code == 503
    assert keeping.attached() == []
    told = keeping.registry.client.get("/readyz")
    assert (told.status_code, told.json["evidence"]) == (200, "away")


def _gone(monkeypatch):
    from refcheck_server.evidence import s3

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    return s3.S3("s3://nowhere")


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_what_is_in_a_store_that_is_away_is_not_called_lost(keeping, monkeypatch):
    keeping.send(SEEN)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for what in ("check", "collect"):
        ended = keeping.run("evidence", what)
        assert ended.exception.exit_code == 4
        assert "cannot be used (it does not answer)" in str(ended.exception)
        assert "lost" not in ended.output


def test_what_cannot_be_kept_now_is_in_the_log(keeping, monkeypatch, caplog):
    def fails(*_):
        raise EvidenceAway("the disk is full")

    monkeypatch.setattr(type(keeping.store), "keep", fails)
    assert keeping.send(SEEN).status_code == 503
    assert "cannot be used (the disk is full)" in caplog.text


def test_a_lost_or_damaged_piece_is_found(keeping):
    keeping.send(SEEN)
    keeping.send(b"other")
    keeping.send(b"a third")
    ended = keeping.run("evidence", "check")
    assert (ended.exit_code, ended.output.split(" bytes")[0]) == (0, "sound     3 pieces, 14,012")
    keeping.store.remove(digest(b"other"))
    broken = keeping.store.scratch / "broken"
    broken.write_bytes(b"not what was seen")
    keeping.store.keep(digest(SEEN), broken)
    ended = keeping.run("evidence", "check")
    assert ended.exit_code != 0
    assert f"lost      {digest(SEEN)}" in ended.output
    assert f"lost      {digest(b'other')}" in ended.output
    assert "2 of 3" in str(ended.exception)


@on_disk
def test_a_backup_names_what_is_to_be_copied_beside_it(keeping, tmp_path):
    keeping.send(SEEN)
    ended = keeping.run("backup", str(tmp_path / "backup.db"))
    assert f"evidence: copy {keeping.store.place} too, 1 piece, 14,000 bytes" in ended.output
    assert ended.exit_code == 0
    with keeping.registry.session() as session:
        assert session.scalar(select(Blob.sha256)) == digest(SEEN)
