"""`python -m tests.bench.publication`: a tree of 1,000 products, whole, and again after a change.

Each product has a cloud of its own with a published mark, and every other cloud a later run in
which not everything passed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from refcheck_server.accounts.models import Membership
from refcheck_server.guidelines import GuidelineShelf
from refcheck_server.marketplace.publishing import Outcome, publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.products.models import Product, ProductVersion, RunsVersion
from refcheck_server.results.models import StoredResult
from refcheck_server.review.judging import keep_publicly
from refcheck_server.review.models import Application
from refcheck_server.review.states import State
from refcheck_server.vendors.models import Vendor, VendorState
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select

from refcheck.guideline.library import load
from refcheck.verdict.judge import judge
from refcheck.verdict.statements import read_code
from tests.bench.registry_setup import calibration, registry_at, sqlite_in
from tests.server import samples
from tests.server.conftest import Registry
from tests.server.review.stage import code

PRODUCTS = 1000
LIMITS = {"whole": 30.0, "nothing changed": 2.0, "one cloud changed": 2.0, "one mark revoked": 2.0}


def lines(count: int = PRODUCTS) -> Iterator[str]:
    """One line per figure; seconds on the clock and of the processor."""
    with (
        tempfile.TemporaryDirectory() as folder,
        registry_at(sqlite_in(Path(folder))) as registry,
    ):
        signer, target = CryptoSigner.generate_ed25519(), Path(folder) / "tree"

        def again() -> Outcome:
            with registry.session() as session:
                return publish(session, target, signer, Terms(), now=registry.clock())

        for number in range(count):
            _send(registry, number)
        _approve(registry)
        for number in range(1, count, 2):
            _send(registry, number, samples.mixed, run_id="later", ended="2026-11-20T11:30:00Z")
        yield _figure("whole", again)
        yield _figure("nothing changed", again)
        _send(registry, 7, run_id="another run", ended="2026-11-20T11:40:00Z")
        yield _figure("one cloud changed", again)
        with registry.session() as session, session.begin():
            session.get_one(Application, 9).state = State.REVOKED
        yield _figure("one mark revoked", again)


def _send(registry: Registry, number: int, outcome=samples.passed, **changes: str) -> None:
    given = {"cloud": samples.digest_of(str(number)), "run_id": f"run {number}", **changes}
    assert registry.submit(samples.result(outcome, **given)).status_code == 201


def _approve(registry: Registry) -> None:
    """A product with a published mark for each result."""
    now, guideline, guidelines = registry.clock(), load(samples.GUIDELINE), GuidelineShelf()
    evidence = read_code(code().encode(), where="code")
    outcomes = samples.result(samples.passed).outcomes
    verdict = judge(guideline, "platform", outcomes, at=now, code=evidence, load=load)
    with registry.session() as session, session.begin():
        vendor = Vendor(
            slug="vendor", name="Vendor", website="", contact="", description="",
            state=VendorState.APPROVED, registered_at=now,
        )  # fmt: skip
        session.add(vendor)
        session.flush()
        session.add(Membership(vendor_id=vendor.id, account_id=1, role="submitter", since=now))
        for number, result in enumerate(session.scalars(select(StoredResult)).all()):
            product = Product(
                vendor=vendor, slug=f"product-{number}", name=f"Product {number}",
                kind="public cloud", website="", description="A cloud.", added_at=now,
            )  # fmt: skip
            version = ProductVersion(product=product, name="1", added_at=now)
            runs = RunsVersion(
                cloud_id=result.cloud_id, version=version, linked_at=now, linked_by_id=1
            )
            application = Application(
                version=version, target="platform", result=result, note="", author_id=1,
                state=State.PUBLISHED, begun_at=now, since=now,
                expires_at=now.replace(year=now.year + 1), verdict=b"", verdict_sha256="0" * 64,
                title=verdict.title, qualifies=True, mark=verdict.title, judged_at=now,
            )  # fmt: skip
            session.add_all([runs, application])
            session.flush()
            application.published_verdict_id = keep_publicly(
                session, application, verdict, guidelines
            )
            application.published_cloud_id = result.cloud_id


def _figure(name: str, work: Callable[[], Outcome]) -> str:
    slow, clock, processor = calibration(), time.perf_counter(), time.process_time()
    done = work()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    there = processor / ((slow + calibration()) / 2)
    return (
        f"publish {done.clouds:,} clouds with {done.claims:,} claims, {name:<18} {clock:6.2f} s on "
        f"the clock, {there:6.2f} s on the reference machine, {done.written:,} of {done.files:,} "
        f"files new, limit {LIMITS[name]:g} s {'kept' if there <= LIMITS[name] else 'MISSED'}"
    )


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
