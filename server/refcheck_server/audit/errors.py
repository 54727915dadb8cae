"""What can be wrong with the audit log, or with a question about it."""

from __future__ import annotations

from refcheck.errors import ExitCode, RefcheckError, WrongUse
from refcheck_server.errors import NotFound


class AuditFault(WrongUse):
    """The log has no such event or size, or no key to sign with is there."""


class NoSuchEvent(NotFound):
    """The log has no event or checkpoint of that number."""


class Tampered(RefcheckError):
    """The log is not what it was."""

    exit_code = ExitCode.DOES_NOT_QUALIFY
