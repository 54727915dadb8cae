"""Why something cannot be done to an application."""

from __future__ import annotations

from refcheck_server.errors import NotFound, RegistryFault


class NoSuchApplication(NotFound):
    """No application has that number, or whoever asks may not see it."""


class NoSuchWaiver(NotFound):
    """The application has no such waiver."""


class NoSuchReviewer(NotFound):
    """No account of that name reviews."""


class NotNow(RegistryFault, status=409):
    """The application is in a state in which that is not done."""


class NotYet(RegistryFault, status=409):
    """A condition of the move does not hold; `fault` says which."""


class NotYourMove(RegistryFault, status=403):
    """The table of transitions gives that move to somebody else."""


class ConflictOfInterest(RegistryFault, status=403):
    """Whoever reviews has a stake in the application."""


class NotSubject(RegistryFault):
    """The result cannot be what an application is about."""


class NotEvidence(RegistryFault, status=415):
    """A file is of a kind that no judge reads."""
