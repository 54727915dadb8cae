"""The tree: what is in it, that it is whole, how little of it changes, and what is taken back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from refcheck_server.accounts.rights import OPERATOR
from refcheck_server.audit.checking import check
from refcheck_server.audit.checkpoints import read_checkpoint
from refcheck_server.audit.models import AuditEvent
from refcheck_server.marketplace import issuing, queries
from refcheck_server.marketplace.errors import PublicationFault
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.marketplace.publishing import Outcome, publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.results.models import Judgement, StoredVerdict
from refcheck_server.results.queries import find_cloud
from refcheck_server.results.rejudging import rejudge
from securesystemslib.signer import CryptoSigner
from sqlalchemy import func, select, update

from refcheck.claim.check import Reason, faults_of, opened
from refcheck.claim.revocations import read_revocations
from refcheck.claim.tree import read_tree, tree_faults
from refcheck.result.outcome import Outcome as Ending
from tests.server import samples
from tests.server.conftest import Registry

ATOM = "{http://www.w3.org/2005/Atom}"
SIGNER = CryptoSigner.generate_ed25519()
KEYS = [SIGNER.public_key]
TERMS = Terms(address="https://marks.example.org", registry="https://registry.example.org")
MARK = "OpenStack Powered Compute"


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def failing(test):
    return replace(samples.passed(test), outcome=Ending.FAILED, reason="answered <b>500</b>")


@dataclass
class Market:
    """A registry that is published to a folder."""

    registry: Registry
    folder: Path

    def publish(self, **changes) -> Outcome:
        given = {"terms": TERMS, "now": self.registry.clock(), "signer": SIGNER, **changes}
        terms, signer = given.pop("terms"), given.pop("signer")
        with self.registry.session() as session:
            return publish(session, self.folder, signer, terms, **given)

    def signed(self) -> int:
        """How many claims were ever signed."""
        with self.registry.session() as session:
            return session.scalar(select(func.count()).select_from(IssuedClaim))

    def send(self, outcomes=samples.passed, *, mark: bool = False, **changes) -> str:
        """Send a result; with a mark as evidence of the code would bring it. Its id."""
        sent = self.registry.submit(samples.result(outcomes, **changes))
        assert sent.status_code == 201, sent.text
        if mark:
            with self.registry.session() as session, session.begin():
                verdict = session.scalar(
                    select(StoredVerdict)
                    .join(StoredVerdict.judgement)
                    .where(
                        Judgement.result_id == sent.get_json()["id"],
                        StoredVerdict.target == "compute",
                    )
                )
                verdict.qualifies, verdict.mark = True, MARK
                verdict.designated_code_rule = "held"
        return sent.get_json()["id"]

    def judge_anew(self) -> None:
        """As after an update of refcheck; every verdict says the same, and no code is shown."""
        with self.registry.session() as session, session.begin():
            session.execute(update(Judgement).values(engine="refcheck-judge/0"))
        at = self.registry.clock.now + timedelta(minutes=1)
        assert sum(rejudge(self.registry.database, at=at, workers=1)) > 0

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def of(self, cloud: str, name: str = "index.html") -> Path:
        return self.folder / "clouds" / cloud / name

    def claim(self, cloud: str, name: str = "compute.claim.json"):
        signed, faults = opened(self.of(cloud, name).read_bytes(), KEYS, where=name)
        assert faults == ()
        return signed

    def revocations(self):
        return read_revocations((self.folder / "revocations.json").read_bytes(), KEYS, where="list")

    def faults(self, signed) -> set[Reason]:
        given = {"now": self.registry.clock(), "revocations": self.revocations()}
        return {one.reason for one in faults_of(signed, **given)}

    def is_whole(self) -> bool:
        tree = read_tree((self.folder / "tree.json").read_bytes(), KEYS, where="tree")
        return list(tree_faults(self.folder, tree)) == []


@pytest.fixture
def market(registry, tmp_path):
    """Three clouds: one with a mark, one whose capabilities hold, one that fails."""
    made = Market(registry, tmp_path / "market")
    made.send(mark=True)
    made.send(cloud=digest("held"), run_id="held")
    made.send(failing, cloud=digest("fails"), run_id="fails")
    return made


def test_the_tree_is_whole_and_every_claim_in_it_holds(market):
    done = market.publish()
    assert (done.clouds, done.revocations) == (3, 1)
    assert market.is_whole()
    claims = list(market.folder.glob("clouds/*/*.claim.json"))
    assert len(claims) == done.claims == 6
    for file in [*claims, *market.folder.glob("clouds/*/*.badge.svg")]:
        signed, faults = opened(file.read_bytes(), KEYS, where=file.name)
        assert (faults, market.faults(signed)) == ((), set()), file
    checkpoint = (market.folder / "audit-checkpoint.json").read_bytes()
    with market.registry.session() as session:
        kept = [read_checkpoint(checkpoint, KEYS, where="checkpoint")]
        assert check(session, KEYS, kept).faults == ()


def test_a_claim_says_what_the_verdict_allows_to_the_letter_and_what_it_rests_on(market):
    market.publish()
    with_mark, without = market.claim(samples.CLOUD).claim, market.claim(digest("held")).claim
    assert with_mark.wording == (
        "OpenStack Powered Compute, shown under guideline 2020.06. May use the mark "
        "'OpenStack Powered Compute' only; not OpenStack in the product's name."
    )
    assert without.mark is None
    assert without.wording == (
        "Every required capability of OpenStack Powered Compute holds under guideline 2020.06; "
        "the designated code is not shown. No mark may be used."
    )
    assert (without.cloud, without.registry) == (digest("held"), "https://marks.example.org")
    with market.registry.session() as session:
        stored = session.scalar(
            select(StoredVerdict).where(StoredVerdict.target == "compute", StoredVerdict.qualifies)
        )
        assert with_mark.verdict_sha256 == hashlib.sha256(stored.document).hexdigest()
        assert with_mark.guideline_sha256 == stored.guideline_sha256
    for cloud in (samples.CLOUD, digest("held")):
        page = market.of(cloud).read_text()
        assert market.claim(cloud).claim.wording.replace("'", "&#39;") in page


def test_a_cloud_that_falls_short_has_a_page_with_reasons_and_nothing_to_check(market):
    market.publish()
    fails = digest("fails")
    assert sorted(path.name for path in market.of(fails).parent.iterdir()) == [
        "badge.svg", "capabilities.csv", "capabilities.json", "cloud.json", "history.csv",
        "history.json", "index.html",
    ]  # fmt: skip
    page = market.of(fails).read_text()
    assert "This cloud may claim nothing at present." in page
    assert "answered &lt;b&gt;500&lt;/b&gt;" in page
    assert "<claim" not in market.of(fails, "badge.svg").read_text()
    assert json.loads(market.of(fails, "cloud.json").read_text())["standing"][0]["claim"] is None


def test_publishing_again_changes_nothing_and_one_change_changes_its_own_files(market):
    market.publish()
    before = files(market.folder)
    assert market.publish().written == 0
    assert files(market.folder) == before
    market.send(cloud=digest("held"), run_id="newer", ended="2026-11-20T11:30:00Z")
    done = market.publish()
    after = files(market.folder)
    changed = {name for name in after if after[name] != before.get(name)}
    own = {name for name in changed if name.startswith("clouds/")}
    there = {name for name in after if name.startswith(f"clouds/{digest('held')}/")}
    same = {name for name in there if "/capabilities." in name}  # it holds the same as before
    assert len(same) == 2
    assert own == there - same
    assert changed - own == {
        "audit-checkpoint.json", "index.html", "clouds.csv", "clouds.json", "made-from.json",
        "tree.json",
    }  # fmt: skip
    assert done.written == len(changed) - 1
    assert market.is_whole()
    assert market.publish(whole=True).written == len(after) - 1


def files(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file: which it is on the disk, when it was written, what is in it."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_ino,
            path.stat().st_mtime_ns,
            path.read_bytes(),
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_no_longer_stands_is_taken_back_and_stays_on_the_list_until_it_would_expire(market):
    market.publish()
    old = market.claim(samples.CLOUD)
    market.send(failing, run_id="worse", ended="2026-11-20T11:45:00Z")
    assert market.faults(old) == set()  # nobody knows yet
    assert market.publish().revocations == 2
    assert market.faults(old) == {Reason.REVOKED}
    assert not market.of(samples.CLOUD, "compute.claim.json").exists()
    feed = ET.fromstring(market.text("marks.atom"))  # noqa: S314 - our own
    titles = [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]
    name = f"Cloud {samples.CLOUD[:12]}"
    assert f"{name}: {MARK}, published" in titles
    assert f"{name}: {MARK}, revoked" in titles
    market.registry.clock.forward(days=91)
    market.publish()
    assert market.revocations().revoked == ()
    assert market.revocations().number == 3


def test_claims_are_renewed_at_half_time_lists_too_and_none_outlives_its_run(market):
    market.publish()
    first, clock = market.claim(samples.CLOUD), market.registry.clock
    clock.forward(days=44)
    market.publish()
    assert market.claim(samples.CLOUD) == first
    assert market.faults(first) == set()  # by a new list: the first is too old
    clock.forward(days=2)
    market.publish()
    second = market.claim(samples.CLOUD)
    assert second.claim.expires == clock.now + timedelta(days=90)
    assert market.faults(first) == set()  # still true, to be thrown away in its own time
    feed = market.text("marks.atom")
    assert feed.count("OpenStack Powered Compute, published") == 1
    clock.forward(days=300)
    market.publish()
    assert market.claim(samples.CLOUD).claim.expires == first.claim.ended + timedelta(days=365)
    signed = market.signed()
    clock.forward(days=30)
    assert market.publish().claims == 0
    assert market.signed() == signed
    assert "may claim nothing" in market.of(samples.CLOUD).read_text()


def test_what_an_administrator_takes_back_is_not_issued_again_for_the_same_run(market):
    market.publish()
    old = market.claim(samples.CLOUD)
    with market.registry.session() as session, session.begin():
        cloud = find_cloud(session, samples.CLOUD, reader=OPERATOR)
        claims = queries.claims_of(session, cloud, "compute", market.registry.clock())
        issuing.revoke(session, claims, "the agreement ended", now=market.registry.clock())
    for _ in range(2):
        market.publish()
        assert market.faults(old) == {Reason.REVOKED}
        assert not market.of(samples.CLOUD, "compute.claim.json").exists()
    assert market.revocations().revoked[0].reason == "the agreement ended"
    market.judge_anew()
    market.publish()
    assert not market.of(samples.CLOUD, "compute.claim.json").exists()
    market.send(run_id="newer", ended="2026-11-20T11:50:00Z")
    market.publish()
    assert market.faults(market.claim(samples.CLOUD)) == set()


def test_a_verdict_that_says_the_same_renews_the_claim_quietly(market):
    market.publish()
    before = market.claim(digest("held"))
    market.judge_anew()
    market.publish()
    after = market.claim(digest("held"))
    assert after.claim.wording == before.claim.wording
    assert after.claim.verdict_sha256 != before.claim.verdict_sha256
    assert (market.faults(before), market.faults(after)) == (set(), set())
    assert market.text("marks.atom").count(f"Cloud {digest('held')[:12]}") == 3
    assert market.is_whole()


def test_a_private_result_is_neither_shown_nor_claimed_until_it_is_shared(market):
    cloud, registry = digest("private"), market.registry
    body = samples.envelope(samples.result(cloud=cloud), registry.example.signer)
    by = {"Authorization": f"Bearer {registry.example.token}"}
    sent = registry.client.post("/api/v1/results?private=yes", data=body, headers=by).get_json()
    market.publish()
    for path in market.folder.rglob("*"):
        assert path.is_dir() or cloud[:12].encode() not in path.read_bytes(), path
    registry.client.post(f"/api/v1/results/{sent['id']}/share", headers=by)
    market.publish()
    assert market.faults(market.claim(cloud)) == set()


def test_a_private_result_of_a_known_cloud_changes_nothing_that_is_published(market):
    market.publish()
    before = files(market.folder)
    made = samples.result(failing, run_id="secret", ended="2026-11-20T11:45:00Z")
    body = samples.envelope(made, market.registry.example.signer)
    by = {"Authorization": f"Bearer {market.registry.example.token}"}
    market.registry.client.post("/api/v1/results?private=yes", data=body, headers=by)
    market.publish()
    after = files(market.folder)
    assert {name for name in after if after[name] != before.get(name)} == {
        "audit-checkpoint.json", "tree.json",
    }  # fmt: skip


def test_a_reader_sees_the_old_tree_or_the_new_one_whatever_breaks(market, monkeypatch):
    market.publish()
    before = files(market.folder)
    market.send(failing, run_id="worse", ended="2026-11-20T11:45:00Z")
    seen = []

    def breaking(*_arguments, **_named):
        seen.append(market.is_whole())
        raise OSError(28, "the disk is full")

    for place in ("publishing.feeds.marks_feed", "tree.sign_tree", "tree._lead_to"):
        with monkeypatch.context() as patch:
            patch.setattr(f"refcheck_server.marketplace.{place}", breaking)
            with pytest.raises(OSError, match="disk is full"):
                market.publish()
    assert seen == [True] * 3
    assert files(market.folder) == before
    left = [path.name for path in market.folder.parent.iterdir() if path.is_dir()]
    assert len(left) == 2, left  # the link, and the one tree
    market.publish()
    assert market.is_whole()
    assert not market.of(samples.CLOUD, "compute.claim.json").exists()


def test_a_damaged_tree_or_another_key_means_that_all_is_made_anew(market):
    market.publish()
    (market.folder / "tree.json").write_text("{}")
    count = market.publish().written
    assert market.is_whole()
    market.of(digest("fails")).unlink()
    (market.folder / "tree.json").unlink()
    assert market.publish().written == count
    assert market.is_whole()
    other = CryptoSigner.generate_ed25519()
    market.publish(signer=other)
    tree = read_tree((market.folder / "tree.json").read_bytes(), [other.public_key], where="tree")
    assert list(tree_faults(market.folder, tree)) == []


def test_only_a_folder_of_its_own_is_published_to(market, tmp_path):
    market.folder.mkdir()
    market.publish()  # an empty one will do
    for name, make in {
        "full": lambda path: (path.mkdir(), (path / "mine.txt").write_text("")),
        "file": lambda path: path.write_text(""),
        "link": lambda path: path.symlink_to(tmp_path),
    }.items():
        make(tmp_path / name)
        with pytest.raises(PublicationFault):
            Market(market.registry, tmp_path / name).publish()
    with pytest.raises(PublicationFault):
        Market(market.registry, Path("/proc/nowhere/market")).publish()


def test_each_claim_is_an_event_and_a_label_makes_a_new_one(market):
    market.publish()
    with market.registry.session() as session:
        found = session.execute(select(AuditEvent.action, func.count()).group_by(AuditEvent.action))
        assert dict(found.all())["claim.issued"] == 6
    label = "Falun & Co <script>"
    with market.registry.session() as session, session.begin():
        cloud = find_cloud(session, samples.CLOUD, reader=OPERATOR)
        cloud.label = label
    market.publish()
    assert market.claim(samples.CLOUD).claim.name == label
    for name in ("index.html", f"clouds/{samples.CLOUD}/index.html"):
        assert "Falun &amp; Co &lt;script&gt;" in market.text(name)
        assert "<script>" not in market.text(name)


def test_an_empty_registry_publishes_an_empty_market(registry, tmp_path):
    empty = Market(registry, tmp_path / "market")
    assert empty.publish().claims == 0
    assert empty.is_whole()
    assert "No cloud is published yet." in empty.text("index.html")
    assert json.loads(empty.text("clouds.json")) == {"clouds": []}
