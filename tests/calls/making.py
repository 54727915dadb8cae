"""Runs the suite with the recording plugin, as users run it, and reads what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from refcheck.plugin import suite
from tests.calls.recording import OUTPUT

ROOT = Path(__file__).parents[2]


def record(clouds_yaml: Path, work: Path, *options: str) -> list[dict[str, Any]]:
    """One note a test, sorted by id.

    Args:
        work: an empty folder.
        options: more for pytest, such as files of the suite.
    """
    output = work / "notes.jsonl"
    output.touch()
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--disable-plugin-autoload"),
            *("-p", "refcheck.plugin", "-p", "tests.calls.recording", "-p", "no:cacheprovider"),
            *("--refcheck", "--os-cloud", "refcloud", "--guideline", str(_everything(work))),
            *("--os-cloud-alt", "refcloud-alt", "--os-cloud-admin", "refcloud-admin"),
            *("--target", "everything", "--refcheck-runs", str(work / "runs"), "-q"),
            *("--rootdir", str(suite.folder()), "-c", str(suite.folder() / "pytest.ini")),
            *options,
        ],
        cwd=ROOT,
        env={**os.environ, "OS_CLIENT_CONFIG_FILE": str(clouds_yaml), OUTPUT: str(output)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with {ended.returncode}:\n{ended.stdout[-4000:]}")
    notes = _merged(json.loads(line) for line in output.read_text().splitlines())
    return sorted(notes, key=lambda note: note["name"])


def _merged(notes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One note a name: a shared thing is noted at each use, and costs something at its making."""
    merged: dict[str, dict[str, Any]] = {}
    for note in notes:
        before = merged.get(note["name"], note)
        dearer = max(before, note, key=lambda one: one.get("requests", 0))
        shares = dict.fromkeys([*before.get("shares", ()), *note.get("shares", ())])
        merged[note["name"]] = {**dearer, "shares": list(shares)} if shares else dearer
    return list(merged.values())


def written(notes: list[dict[str, Any]]) -> str:
    """The notes as the file keeps them: one line a test, so that a change shows as one line."""
    lines = ",\n".join(
        f"{json.dumps(note['name'])}:"
        + json.dumps({k: v for k, v in note.items() if k != "name"}, separators=(",", ":"))
        for note in notes
    )
    return f"{{\n{lines}\n}}\n"


def _everything(work: Path) -> Path:
    """A guideline that names every test of the suite."""
    tests = {
        place: {"idempotent_id": f"id-{test_id}"}
        for test_id, place in suite.implemented(suite.folder()).items()
    }
    document = {
        "metadata": {
            "id": "everything",
            "schema": "2.0",
            "os_trademark_approval": {"target_approval": "", "releases": [], "status": "draft"},
        },
        "platforms": {"everything": {"description": "", "components": [{"name": "everything"}]}},
        "components": {
            "everything": {"description": "", "capabilities": {"required": ["everything"]}}
        },
        "capabilities": {"everything": {"description": "", "project": "", "tests": tests}},
    }
    file = work / "everything.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return file
