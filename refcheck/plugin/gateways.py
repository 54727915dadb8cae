"""Where workers run when they are spread: pytest-xdist's gateway specs, looked at before a run.

`popen//chdir=DIR`, `ssh=HOST//python=PYTHON`, `3*popen`: see execnet. Each is opened once and asked
what it would run, so that a wrong one is told before anything is created.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import execnet

from refcheck import __version__
from refcheck.errors import WrongUse
from refcheck.plugin import suite

_PATIENCE = 60.0
"""Seconds for a gateway to answer."""
_QUESTION = """
def answer(channel):
    try:
        import pytest, refcheck
        from refcheck.plugin import suite
        channel.send({"version": refcheck.__version__, "suite": suite.digest(suite.folder())})
    except ImportError as error:
        import sys
        channel.send({"missing": str(error), "python": sys.executable})
answer(channel)
"""


def specs(given: Sequence[str]) -> tuple[str, ...]:
    """One spec per worker: `3*popen` stands for three."""
    alone: list[str] = []
    for spec in given:
        times, star, rest = spec.partition("*")
        alone += [rest] * int(times) if star and times.isdigit() else [spec]
    return tuple(alone)


def check(given: Sequence[str]) -> None:
    """See that each gateway opens, and has the same refcheck and the same tests.

    Raises:
        WrongUse: naming the spec.
    """
    for spec in dict.fromkeys(specs(given)):
        told = _asked(spec)
        ours = {"version": __version__, "suite": suite.digest(suite.folder())}
        if "missing" in told:
            raise WrongUse(
                f"its Python {told['python']} cannot run tests ({told['missing']})",
                where=f"--tx {spec}",
                next_step=f"Install refcheck-interop {__version__} there, or name another with"
                " //python=PATH.",
            )
        for what, here in ours.items():
            if told[what] != here:
                raise WrongUse(
                    f"another {what} of refcheck is there: {told[what]}, here it is {here}",
                    where=f"--tx {spec}",
                    next_step=f"Install refcheck-interop {__version__} in both places: a result is"
                    " of one suite.",
                )


def _asked(spec: str) -> dict[str, Any]:
    """What the gateway says of itself."""
    group = execnet.Group(execmodel="main_thread_only")
    try:
        channel = group.makegateway(spec).remote_exec(_QUESTION)
        told: dict[str, Any] = channel.receive(_PATIENCE)
    except (
        ValueError, KeyError, OSError, EOFError, execnet.HostNotFound, execnet.RemoteError,
        execnet.TimeoutError,
    ) as error:  # fmt: skip
        why = str(error).strip().splitlines() or [type(error).__name__]
        raise WrongUse(
            f"no worker can be started there ({why[-1]})",
            where=f"--tx {spec}",
            next_step="Give one as `popen//chdir=DIR` or `ssh=HOST//python=PYTHON`, to a host that"
            " ssh reaches without asking.",
        ) from error
    finally:
        group.terminate(timeout=1.0)
    return told
