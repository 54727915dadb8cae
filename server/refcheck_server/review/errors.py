"""Why something cannot be done to an application."""

from __future__ import annotations

from http import HTTPStatus

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchApplication(NotFound):
    """No application has that number, or whoever asks may not see it."""


class NoSuchWaiver(NotFound):
    """The application has no such waiver."""


class NoSuchReviewer(NotFound):
    """No account of that name reviews."""


class NotNow(RegistryFault):
    """The application is in a state in which that is not done."""

    status = HTTPStatus.CONFLICT


class NotYet(RegistryFault):
    """A condition of the move does not hold; `fault` says which."""

    status = HTTPStatus.CONFLICT


class NotYourMove(RegistryFault):
    """The table of transitions gives that move to somebody else."""

    status = HTTPStatus.FORBIDDEN


class ConflictOfInterest(RegistryFault):
    """Whoever reviews has a stake in the application."""

    status = HTTPStatus.FORBIDDEN


class NotSubject(RegistryFault):
    """The result cannot be what an application is about."""


class NotEvidence(RegistryFault):
    """A file is of a kind that no judge reads."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
