"""`python -m tests.bench.publication`: a tree of 1,000 clouds, whole, and again after one change."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from refcheck_server import migrating
from refcheck_server.app import create_app
from refcheck_server.marketplace.publishing import Outcome, publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.settings import from_environment
from securesystemslib.signer import CryptoSigner

from tests.server import samples
from tests.server.conftest import Clock, Registry

CLOUDS = 1000
LIMITS = {"whole": 30.0, "nothing changed": 2.0, "one cloud changed": 2.0}


def lines() -> Iterator[str]:
    """One line per figure; seconds on the clock and of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        registry = _registry(Path(folder) / "registry.db")
        signer, target = CryptoSigner.generate_ed25519(), Path(folder) / "tree"

        def again() -> Outcome:
            with registry.session() as session:
                return publish(session, target, signer, Terms(), now=registry.clock())

        for number in range(CLOUDS):
            _send(registry, number)
        yield _figure("whole", again)
        yield _figure("nothing changed", again)
        _send(registry, 7, run_id="another run")
        yield _figure("one cloud changed", again)
        registry.database.engine.dispose()


def _registry(file: Path) -> Registry:
    rates = {
        f"REFCHECK_REGISTRY_{name}_RATE": "100000 per minute" for name in ("UPLOAD", "REQUEST")
    }
    settings = from_environment(rates, database=f"sqlite:///{file}")
    app = create_app(settings, now=Clock())
    database = app.extensions["refcheck_database"]
    migrating.upgrade(database)
    made = Registry(settings, database, app.test_client(), Clock())
    made.join("example")
    return made


def _send(registry: Registry, number: int, **changes: str) -> None:
    outcomes = samples.mixed if number % 2 else samples.passed
    cloud = hashlib.sha256(str(number).encode()).hexdigest()
    given = {"cloud": cloud, "run_id": f"run {number}", **changes}
    assert registry.submit(samples.result(outcomes, **given)).status_code == 201


def _figure(name: str, work: Callable[[], Outcome]) -> str:
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    kept = "kept" if clock <= LIMITS[name] else "MISSED"
    return (
        f"publish {done.clouds:,} clouds, {name:<18} {clock:7.2f} s, processor {processor:6.2f} s, "
        f"{done.written:,} of {done.files:,} files new, limit {LIMITS[name]:g} s {kept}"
    )


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
