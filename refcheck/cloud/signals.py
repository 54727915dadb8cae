"""What a test raises when it cannot pass, and so which outcome it ends with.

A `CloudFault` is the cloud's; the others say why the cloud could not be judged.
"""

from __future__ import annotations


class CloudFault(AssertionError):
    """The cloud did not do what the test asks of it: `failed`."""


class Absent(Exception):
    """The service or extension is not there: `absent`."""


class HarnessFault(Exception):
    """Network, quota, credentials or configuration stood in the way: `error`."""


class Undecided(Exception):
    """These credentials, or this cloud, cannot decide the test: `undecided`."""
