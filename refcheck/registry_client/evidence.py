"""Sending files beside a result, as evidence for it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

from refcheck.errors import BadInput
from refcheck.registry_client.asking import TOTAL_SECONDS, address_of, ask
from refcheck.registry_client.receipt import refusal

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_NAME_LENGTH = 100


def send_evidence(
    file: Path,
    result_id: str,
    registry: str,
    token: str,
    *,
    total_seconds: float = TOTAL_SECONDS,
) -> str:
    """Attach a file to a result that the registry has; its SHA-256. A second time changes nothing.

    Args:
        file: of any kind; it is sent as it is.
        result_id: as the registry calls the result.
        registry: address of the registry, like `https://registry.example.org`.
        token: API token of the account that sent the result.
        total_seconds: how long to wait for everything together.

    Raises:
        BadInput: the file cannot be read.
        WrongUse: the address or the token cannot be one; nothing was sent.
        RegistryRefused: the registry said no, and why.
        RegistryUnreachable: it does not answer, not in time, or is broken.
    """
    name = _NOT_IN_NAMES.sub("-", file.name).lstrip(".-_")[:_NAME_LENGTH] or "evidence"

    def step(advice: str) -> str:
        return f"{advice or 'Try again later.'} The result is there; submit it again with {file}."

    try:
        with file.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            path = f"results/{result_id}/evidence/{sha256}?name={quote(name)}"
            address = address_of(registry, path)
            answer = ask(
                address,
                source,
                token,
                content_type="application/octet-stream",
                step=step,
                method="PUT",
                total_seconds=total_seconds,
            )
    except OSError as error:
        raise BadInput(
            f"cannot be read ({error.strerror})", where=str(file), next_step="Check the path."
        ) from error
    if answer.status != 201:
        raise refusal(answer, address, step)
    return sha256
