"""Why a piece of evidence is not taken, or not there."""

from __future__ import annotations

from http import HTTPStatus

from refcheck.errors import ExitCode, RefcheckError
from refcheck_server.errors import NotFound, RegistryFault


class EvidenceTooLarge(RegistryFault):
    """More bytes than one piece of evidence may have."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class EvidenceEncoded(RegistryFault):
    """The body is compressed by HTTP; what is kept is what its digest names."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class WrongDigest(RegistryFault):
    """What came is not what the address names: it was damaged, cut off, or is something else."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class EnoughEvidence(RegistryFault):
    """The result has as much evidence as it may have."""

    status = HTTPStatus.CONFLICT


class NoSuchEvidence(NotFound):
    """The result has no such evidence."""


class EvidenceAway(RegistryFault):
    """The store cannot be used now, or has lost something."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class EvidenceLost(RefcheckError):
    """What the database knows is not in the store, or is something else there."""

    exit_code = ExitCode.DOES_NOT_QUALIFY
