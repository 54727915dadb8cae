"""Read a subunit v2 stream from standard input, print {test: {status, seconds, reason}} as JSON.

Runs in Tempest's environment, which has python-subunit; imports nothing of ours.
"""

import json
import sys
from typing import Any, BinaryIO

import subunit
import testtools


def outcomes(stream: BinaryIO) -> dict[str, dict[str, object]]:
    """Return every finished test of the stream; setUpClass and the like count as tests here."""
    found: dict[str, dict[str, object]] = {}

    def on_test(test: dict[str, Any]) -> None:
        begin, end = test["timestamps"]
        reason = test["details"].get("reason")
        found[test["id"]] = {
            "status": test["status"],
            "seconds": round((end - begin).total_seconds(), 3) if begin and end else None,
            "reason": reason.as_text() if reason else "",
        }

    result = testtools.StreamToDict(on_test)
    result.startTestRun()
    subunit.ByteStreamToStreamResult(stream).run(result)
    result.stopTestRun()
    return found


json.dump(outcomes(sys.stdin.buffer), sys.stdout)
