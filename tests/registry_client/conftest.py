"""A signed result on disk, as a run leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from tests.server import samples


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "refcheck-runs" / "a run"
    folder.mkdir(parents=True)
    signer = CryptoSigner.generate_ed25519()
    (folder / "result.json").write_bytes(samples.envelope(samples.result(), signer))
    return folder
