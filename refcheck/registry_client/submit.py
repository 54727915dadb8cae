"""Sending a signed result to a registry.

The result stays where it is whatever happens, and a failure says how to try again, unless the
registry refused the document itself: those bytes it will refuse again.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from refcheck.errors import BadResult
from refcheck.registry_client.asking import CONNECT_SECONDS, TOTAL_SECONDS, address_of, ask
from refcheck.registry_client.receipt import Receipt, receipt_of
from refcheck.result.signing import SIZE_LIMIT, open_envelope

_ENVELOPE = "application/vnd.dsse.envelope.v1+json"


def result_file(path: Path) -> Path:
    """The result document that a path means: itself, or `result.json` in a run's folder."""
    return path / "result.json" if path.is_dir() else path


def submit(
    path: Path,
    registry: str,
    token: str,
    *,
    token_file: Path | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> Receipt:
    """Send the result in a file, or in the folder of a run.

    Args:
        path: signed result document, or the folder that holds it as `result.json`.
        registry: address of the registry, like `https://registry.example.org`.
        token: API token of an account there.
        token_file: where the token was read from, for the command that tries again.
        connect_seconds: how long to wait for a connection.
        total_seconds: how long to wait for everything together.

    Raises:
        BadResult, BadSignature: the file is not a signed result; nothing was sent.
        WrongUse: the address or the token cannot be one; nothing was sent.
        RegistryRefused: the registry said no, and why.
        RegistryUnreachable: it does not answer, not in time, or is broken.
    """
    file = result_file(path)
    body = _read(file)
    address = address_of(registry, "results")
    step = _Retry(file, registry, token_file).next_step
    answer = ask(
        address,
        body,
        token,
        content_type=_ENVELOPE,
        step=step,
        connect_seconds=connect_seconds,
        total_seconds=total_seconds,
    )
    return receipt_of(answer, address, step)


@dataclass(frozen=True, slots=True)
class _Retry:
    """What to tell someone whose result did not arrive."""

    file: Path
    registry: str
    token_file: Path | None

    def next_step(self, advice: str) -> str:
        words = ["refcheck", "submit", str(self.file), "--registry", self.registry]
        if self.token_file is not None:
            words += ["--token-file", str(self.token_file)]
        command = shlex.join(words)
        return (
            f"{advice or 'Try again later.'} The result is kept at {self.file}; "
            f"send it with `{command}`."
        )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            body = source.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadResult(
            f"cannot be read ({error.strerror})",
            where=str(file),
            next_step="Give a result.json, or the folder of a run in refcheck-runs.",
        ) from error
    open_envelope(body, where=str(file))
    return body
