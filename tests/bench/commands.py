"""The real command line: start-up, and judging a thousand results."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measuring import Figure, compare
from tests.bench.samples import write_results

RESULTS = 1000


def figures() -> Iterator[Figure]:
    yield from starting()
    yield from judging()


def starting() -> Iterator[Figure]:
    """`refcheck --help`, beside an empty interpreter and beside pytest."""
    for name, peer in (
        ("python -c pass", python("-c", "pass")),
        ("pytest --help", python("-m", "pytest", "--help")),
    ):
        yield compare(
            "refcheck --help",
            python("-m", "refcheck", "--help"),
            name,
            peer,
            limit=0.25,
            rounds=5,
        )


def judging() -> Iterator[Figure]:
    """All results in one command; the peer only parses them."""
    with tempfile.TemporaryDirectory(prefix="refcheck-bench-") as place:
        files = [str(file) for file in write_results(Path(place), RESULTS)]
        parse = "import sys, json, base64\nfor f in sys.argv[1:]:\n"
        parse += " json.loads(base64.b64decode(json.load(open(f))['payload']))"
        for form in ((), ("--json",)):
            yield compare(
                " ".join((f"refcheck judge of {RESULTS} results", *form)),
                python("-m", "refcheck", "judge", *form, *files),
                "json.loads of the same documents",
                python("-c", parse, *files),
                limit=5,
                rounds=1,
            )


def python(*arguments: str) -> Callable[[], object]:
    """A command of this interpreter, run to its end in silence."""

    def run() -> object:
        ended = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        assert b"Traceback" not in ended.stderr, ended.stderr
        return ended

    return run
