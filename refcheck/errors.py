"""Every error a user of refcheck can meet, each with its next step and its exit code.

Exit codes (the whole table is `ExitCode`): a command ends with the code of the error that
stopped it. Raise one of these wherever a person has something to do about it; anything else
that escapes is our own fault and ends with `ExitCode.OUR_FAULT`.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the exit status of every `refcheck` command means."""

    DONE = 0
    """The command did what it was asked, or the cloud qualifies."""
    DOES_NOT_QUALIFY = 1
    """The cloud does not qualify, the gate refused, or a claim does not hold."""
    WRONG_USE = 2
    """Wrong use, wrong configuration or unreadable input."""
    UNDECIDED = 3
    """Undecided or interrupted; nothing failed, but not everything was decided."""
    TARGET_UNREACHABLE = 4
    """The cloud, or a claim to check, cannot be reached, or the cloud refuses the credentials."""
    REGISTRY_REFUSED = 5
    """The registry refused or cannot be reached; the result is kept."""
    OUR_FAULT = 6
    """refcheck itself broke; a report file is written."""


class RefcheckError(Exception):
    """An error with a fault, a place and a next step.

    Args:
        fault: what is wrong, one sentence, no trailing full stop.
        next_step: what the reader can do now, one sentence.
        where: the file, path or address of the fault, if there is one.
    """

    exit_code = ExitCode.OUR_FAULT

    def __init__(self, fault: str, *, next_step: str, where: str | None = None) -> None:
        super().__init__(fault, next_step, where)
        self.fault = fault
        self.next_step = next_step
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.fault}" if self.where else self.fault


class WrongUse(RefcheckError):
    """The command, an option or the machine's configuration is wrong."""

    exit_code = ExitCode.WRONG_USE


class UnknownGuideline(WrongUse):
    """No guideline of that id in the library, and no such file."""


class UnknownTarget(WrongUse):
    """The guideline has no such program or add-on."""


class UnknownTest(WrongUse):
    """The suite has no test of that id or name."""


class BadInput(WrongUse):
    """A file or document cannot be read as what it should be; `where` holds file and path."""


class BadGuideline(BadInput):
    """A guideline document breaks its schema."""


class BadResult(BadInput):
    """A result document is truncated, too large, or not of the form it claims."""


class BadSignature(BadResult):
    """A signature is missing, does not fit the bytes, or is by a key nobody vouched for."""


class BadClaim(BadInput):
    """What a registry is said to have signed is damaged, too large, or of another kind."""


class KeyFault(WrongUse):
    """A key file is missing, unreadable, or would be overwritten."""


class CloudConfigFault(WrongUse):
    """The cloud is not described in clouds.yaml, or lacks what a run needs."""


class FolderFault(WrongUse):
    """A run's folder cannot be written to any more: the disk is full, say."""


class Interrupted(RefcheckError):
    """The user or a signal stopped the command before it could finish."""

    exit_code = ExitCode.UNDECIDED


class TargetUnreachable(RefcheckError):
    """The cloud does not answer."""

    exit_code = ExitCode.TARGET_UNREACHABLE


class ClaimUnreachable(TargetUnreachable):
    """The address of a claim, or of its registry's revocations, does not answer."""


class CredentialsRefused(TargetUnreachable):
    """The cloud answers and refuses the credentials."""


class CertificateRefused(TargetUnreachable):
    """The cloud's TLS certificate is expired, or signed by nobody this machine trusts."""


class RefcloudFault(TargetUnreachable):
    """The reference cloud cannot be installed or started."""


class RegistryUnreachable(RefcheckError):
    """The registry does not answer, or not in time."""

    exit_code = ExitCode.REGISTRY_REFUSED


class RegistryRefused(RegistryUnreachable):
    """The registry answered, and said no."""
