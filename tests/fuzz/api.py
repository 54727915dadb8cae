"""`make api-fuzz`: requests made up from the API description, sent to a registry that serves.

    python -m tests.fuzz.api [REQUESTS] [--seed SEED]

Each operation is asked by everyone whom the registry tells apart, two of them at a time. Ends with 1
when an answer is a 5xx, or has a status, type or form that is not described; or when an operation
was not reached at all. A run can be done in pieces, each with a seed of its own: rounds take the
seeds that follow, ten apart is enough.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import requests
from refcheck_server import migrating
from refcheck_server.accounts import services
from refcheck_server.accounts.models import Account, Membership
from refcheck_server.accounts.rights import ACCOUNT_ROLES, Role, Scope
from refcheck_server.app import create_app
from refcheck_server.database import Database
from refcheck_server.jobs.models import Job
from refcheck_server.review.states import Move
from refcheck_server.settings import from_environment
from refcheck_server.vendors.models import Vendor
from securesystemslib.signer import CryptoSigner
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from tests.server import live, postgres, samples

REQUESTS = 50_000
AT_ONCE = 2
DESCRIPTION = "openapi.json"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)
ENVIRON = {
    **{f"REFCHECK_REGISTRY_{one}_RATE": "10000000 per minute" for one in ("UPLOAD", "REQUEST")},
    "REFCHECK_REGISTRY_LOG": "json",
}
FIRST_SEED = 1
"""Its round also asks what every round would ask alike: each bound and each wrong type."""
ROUNDS = 6
"""At most: some operations have fewer different requests than are asked for."""
VENDOR = "example"


@dataclass
class Fuzzed:
    """A registry that serves, and who can be there.

    Attributes:
        tokens: of an account of each role; none for whoever has no account.
        known: what its addresses and documents can name.
        folder: that is removed at the end.
    """

    served: live.Live
    tokens: dict[str, str | None]
    known: dict[str, list[Any]]
    folder: str


@contextmanager
def registry() -> Iterator[Fuzzed]:
    """A registry on PostgreSQL with an account of each role, and something of each kind."""
    with postgres.running() as server, postgres.database(server) as address:
        database = Database(from_environment({}, database=address).database_url)
        migrating.upgrade(database)
        signer, tokens = CryptoSigner.generate_ed25519(), {}
        with database.session() as session, session.begin():
            for role in ACCOUNT_ROLES:
                tokens[str(role)] = _account(session, role)
            administrator = _account(session, Role.VENDOR_ADMINISTRATOR)
            tokens[str(Role.VENDOR_ADMINISTRATOR)] = administrator
            vendor = services.find_account(session, _name(Role.VENDOR_ADMINISTRATOR))
            now = datetime.now(UTC)
            services.add_key(session, vendor, signer.public_key, now=now)
            dead = {"made_at": now, "due_at": now, "attempts": 8, "dead_at": now}
            session.add(Job(task="some.task", arguments="{}", **dead))
        database.engine.dispose()
        with (
            live.serving("--database", address, **ENVIRON) as served,
            tempfile.TemporaryDirectory(prefix="refcheck-fuzz-") as folder,
        ):
            known = _filled(served.url, tokens, signer)
            yield Fuzzed(served, {str(Role.ANYONE): None, **tokens}, known, folder)


def _name(role: Role) -> str:
    return role.replace(" ", "-")


def _account(session: Session, role: Role) -> str:
    """The token of a new account; one that administers a vendor is a submitter."""
    now = datetime.now(UTC)
    speaks = role is Role.VENDOR_ADMINISTRATOR
    kept = Role.SUBMITTER if speaks else role
    made: Account = services.add_account(session, _name(role), now=now, role=kept)
    if speaks:
        vendor = Vendor(
            slug=VENDOR, name=VENDOR, website="", contact="x@example.org", description="",
            registered_at=now,
        )  # fmt: skip
        session.add(vendor)
        session.flush()
        session.add(Membership(vendor_id=vendor.id, account_id=made.id, role=role, since=now))
        session.flush()
    return services.new_token(session, made, now=now, scopes=frozenset(Scope)).secret


def _filled(url: str, tokens: dict[str, str], signer: CryptoSigner) -> dict[str, list[Any]]:
    """Fill a registry as its vendor would; the names of what is in it."""

    def send(path: str, method: str = "POST", **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {tokens[str(Role.VENDOR_ADMINISTRATOR)]}"}
        answer = requests.request(method, f"{url}{path}", headers=headers, timeout=60, **body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    results = [
        send(
            f"/api/v1/results{query}",
            data=samples.envelope(samples.result(samples.mixed, run_id=query or "run"), signer),
        )["id"]
        for query in ("", "?private=yes")
    ]
    blob = hashlib.sha256(b"evidence").hexdigest()
    send(f"/api/v1/results/{results[0]}/evidence/{blob}", "PUT", data=b"evidence")
    passed = {"cpid": "cpid", "duration_seconds": 1, "results": [{"name": "a.test"}]}
    refstack = send("/v1/results", json=passed)["test_id"]
    vendor = f"/api/v1/vendors/{VENDOR}"
    send(f"{vendor}/products", json={"name": "Cloud", "kind": "component"})
    version = send(f"{vendor}/products/cloud/versions", json={"name": "1"})["id"]
    of = f"{vendor}/products/cloud/versions/{version}"
    send(f"{of}/clouds", json={"digest": samples.CLOUD})
    draft = {"result": results[0], "target": "platform"}
    application = send(f"{of}/applications", json=draft)["id"]
    waivers = f"/api/v1/applications/{application}/waivers"
    waiver = send(waivers, json={"test": "some-test", "wish": "please"})["waivers"][0]["id"]
    hook = {"url": "https://example.org/", "topics": ["marks"]}
    webhook = send(f"{vendor}/webhooks", json=hook)["id"]
    delivery = send(f"{vendor}/webhooks/{webhook}/try")["id"]
    return {
        "result_id": [*results, refstack],
        "digest": [samples.CLOUD],
        "sha256": [blob],
        "keyid": [signer.public_key.keyid],
        "vendor": [VENDOR],
        "product": ["cloud"],
        "version_id": [version],
        "member": [_name(Role.SUBMITTER), _name(Role.VENDOR_ADMINISTRATOR)],
        "application_id": [application],
        "waiver_id": [waiver],
        "webhook_id": [webhook],
        "delivery_id": [delivery],
        "job_id": [1],
        "move": list(Move),
        "reviewer": [_name(Role.REVIEWER)],
        "guideline_id": ["2020.06", "2022.11"],
        "verdict_id": [1, 2, 3],
        "target": ["platform", "object"],
        "name": ["2020.06.json", "shared", "guideline", "target", "Cloud"],
        "guideline": ["2020.06"],
        "revision": [1, 2, 3],
        "url": ["https://example.org/"],
    }


def ask(fuzzed: Fuzzed, role: str, each: int, seed: int) -> bool:
    """Ask every operation so many times in a role; whether all answers were as described."""
    token = fuzzed.tokens[role]
    given = [] if token is None else ["--header", f"Authorization: Bearer {token}"]
    phases = "coverage,fuzzing" if seed == FIRST_SEED else "fuzzing"
    began = time.monotonic()
    ended = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", DESCRIPTION,
            "--url", fuzzed.served.url, "--request-timeout", "900", "--request-retries", "3",
            "--checks", CHECKS, "--phases", phases, "--max-examples", str(each),
            "--seed", str(seed), "--continue-on-failure", "--generation-database", "none",
            "--suppress-health-check", "all", "--warnings", "off", "--no-color", *given,
        ],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        cwd=fuzzed.folder,  # it leaves notes of its own where it runs
        env={
            **os.environ,
            "PYTHONPATH": os.fspath(Path(__file__).parents[2]),
            "SCHEMATHESIS_HOOKS": "tests.fuzz.known",
            "REFCHECK_FUZZ_KNOWN": json.dumps(fuzzed.known),
        },
    )  # fmt: skip
    told = ended.stdout if ended.returncode else "as described"
    print(f"--- as {role}, round {seed}, {time.monotonic() - began:.0f} s: {told}", flush=True)
    return ended.returncode == 0


def asked(log: list[str], url: str, described: dict[str, Any]) -> dict[str, Counter[int]]:
    """How often each described operation was answered with which status, by the registry's log."""
    known = {
        (one["operationId"], method) for of in described.values() for method, one in of.items()
    }
    settings = from_environment({}, database="sqlite:////nowhere-but-its-addresses-matter.db")
    addresses = create_app(settings).url_map.bind(url.removeprefix("http://"))
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for line in list(log):
        if not line.startswith("{") or '"request"' not in line:
            continue
        told = json.loads(line)
        try:
            rule, _ = addresses.match(told["path"], told["method"], return_rule=True)
        except HTTPException:
            continue
        if (rule.endpoint, told["method"].lower()) in known:
            found[f"{told['method']} {rule.rule}"][told["status"]] += 1
    return found


def main(wanted: int, first: int) -> int:
    with registry() as fuzzed:
        url = fuzzed.served.url
        answer = requests.get(f"{url}/openapi.json", timeout=60)
        Path(fuzzed.folder, DESCRIPTION).write_bytes(answer.content)
        described = answer.json()["paths"]
        operations = sum(map(len, described.values()))
        each, good = math.ceil(wanted / operations / len(fuzzed.tokens)), True
        for seed in range(first, first + ROUNDS):
            with ThreadPoolExecutor(AT_ONCE) as askers:
                asking = partial(ask, fuzzed, each=each, seed=seed)
                good = all(list(askers.map(asking, fuzzed.tokens)))
            answers = asked(fuzzed.served.log, url, described)
            if not good or sum(map(Counter.total, answers.values())) >= wanted:
                break
        whole = _tell(answers, operations, len(fuzzed.tokens), wanted)
        return int(not (good and whole))


def _tell(answers: dict[str, Counter[int]], operations: int, roles: int, wanted: int) -> bool:
    """Print what was asked; whether that was all, and no answer a 5xx."""
    for way, told in sorted(answers.items()):
        print(f"{told.total():>7}  {way}  {dict(sorted(told.items()))}")
    total = sum(map(Counter.total, answers.values()))
    faults = sum(
        count for told in answers.values() for status, count in told.items() if status > 499
    )
    good = sum(min(told) < 400 for told in answers.values())
    print(f"{total:,} requests to {len(answers)} of {operations} operations in {roles} roles")
    print(f"{good} operations did what they are for at least once; {faults} answers were a 5xx")
    return total >= wanted and len(answers) == operations and not faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.api")
    parser.add_argument("requests", nargs="?", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    given = parser.parse_args()
    sys.exit(main(given.requests, given.seed))
