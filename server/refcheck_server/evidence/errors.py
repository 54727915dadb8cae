"""Why a piece of evidence is not taken, or not there."""

from __future__ import annotations

from refcheck.errors import ExitCode, RefcheckError
from refcheck_server.errors import NotFound, RegistryFault


class EvidenceTooLarge(RegistryFault, status=413):
    """More bytes than one piece of evidence may have."""


class EvidenceEncoded(RegistryFault, status=415):
    """The body is compressed by HTTP; what is kept is what its digest names."""


class WrongDigest(RegistryFault, status=422):
    """What came is not what the address names: it was damaged, cut off, or is something else."""


class EnoughEvidence(RegistryFault, status=409):
    """The result has as much evidence as it may have."""


class NoSuchEvidence(NotFound):
    """The result has no such evidence."""


class EvidenceAway(RegistryFault, status=503):
    """The store cannot be used now, or has lost something."""

    def __init__(self, cause: str) -> None:
        """Say the cause, in a word or two."""
        super().__init__(
            f"the store of evidence cannot be used ({cause})",
            next_step="Try again later; the registry's operator sees to it.",
        )
        self.cause = cause


class EvidenceLost(RefcheckError):
    """What the database knows is not in the store, or is something else there."""

    exit_code = ExitCode.DOES_NOT_QUALIFY


class EvidenceUnreachable(RefcheckError):
    """The store cannot be used, so that nothing can be said of what it holds."""

    exit_code = ExitCode.TARGET_UNREACHABLE
