"""`make api-fuzz`: requests made up from the API description, sent to a registry that serves.

Ends with 1 when an answer is a 5xx, or has a status or type that is not described.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from refcheck.result.signing import load_signer
from tests.server import live, samples

REQUESTS = 50_000
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"
UNLIMITED = "10000000 per minute"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="refcheck-fuzz-") as name:
        folder = Path(name)
        rates = {f"REFCHECK_REGISTRY_{one}_RATE": UNLIMITED for one in ("UPLOAD", "REQUEST")}
        place = ("--data", str(folder / "data"))
        with live.serving(*place, **rates) as registry:
            key, token = live.new_account("example", folder, *place)
            given = {"Authorization": f"Bearer {token}"}
            body = samples.envelope(samples.result(samples.mixed), load_signer(key))
            sent = requests.post(
                f"{registry.url}/api/v1/results", data=body, headers=given, timeout=60
            )
            assert sent.status_code == 201, sent.text
            described = requests.get(f"{registry.url}/openapi.json", timeout=60).json()
            operations = sum(len(methods) for methods in described["paths"].values())
            each = math.ceil(REQUESTS / operations)
            return subprocess.run(
                [
                    sys.executable, "-m", "schemathesis.cli", "run",
                    f"{registry.url}/openapi.json", "--checks", CHECKS, "--phases", "fuzzing",
                    "--max-examples", str(each), "--header", f"Authorization: Bearer {token}",
                ],
                check=False,
            ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
