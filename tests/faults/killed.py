"""The `refcheck` command, killed as by `kill -9` when its journal gets a certain event.

Usage: python -m tests.faults.killed before|after NUMBER|KIND ARGUMENT ...

The number counts the events that this process writes; a kind is the name of an event's class.
Workers are not killed: they find out by themselves that nobody controls them any more.
"""

import os
import signal
import sys

from refcheck.cli import main
from refcheck.result.journal import Journal

when, point, *arguments = sys.argv[1:]
append = Journal.append
written = 0


def append_and_die(self, event):
    global written  # noqa: PLW0603 - a process of its own
    written += 1
    now = point in (str(written), type(event).__name__)
    if not (now and when == "before"):
        append(self, event)
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


Journal.append = append_and_die
main(arguments)
