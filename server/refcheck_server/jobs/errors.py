"""Why a job fails, and why it cannot be found."""

from __future__ import annotations

from refcheck.errors import WrongUse
from refcheck_server.errors import NotFound, RegistryFault


class JobFailed(WrongUse):
    """What a job is for could not be done now; it is tried again after a pause."""


class JobHopeless(JobFailed):
    """What a job is for cannot be done, however often it is tried."""


class NoSuchJob(NotFound):
    """No job has that number: it was done meanwhile, or never was."""


class JobLives(RegistryFault, status=409):
    """The job has not failed for good: it is done by itself when its time comes."""
