"""Puts the plugin's parts in place, in the controlling process and in each worker.

With pytest-xdist the controlling process prepares the run and writes the journal, the workers run
the tests; without it, one process does both. A worker imports nothing that only the controlling
process needs: there may be many, and they all start at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from refcheck.cloud.discovery import Facts, Overrides
from refcheck.cloud.guest_key import GuestKey
from refcheck.cloud.handing import Handed, hand, take
from refcheck.cloud.waiting import MEMORY
from refcheck.errors import RefcheckError, WrongUse
from refcheck.plugin import away, fixtures, gateways, suite
from refcheck.plugin.attempting import Attempting
from refcheck.plugin.bench import Bench
from refcheck.plugin.draining import Stopping, leave_ctrl_c_to_the_controller
from refcheck.plugin.headstarts import Headstarts
from refcheck.plugin.identities import Others
from refcheck.plugin.worker import Worker
from refcheck.result.outcome import Outcome

if TYPE_CHECKING:
    from refcheck.plugin.controller import Controller
    from refcheck.plugin.preflight import Plan, Ready

PREPARED = "refcheck-prepared"
"""Plugin name under which `refcheck run` hands over a run that it has prepared already."""
_RESTARTS = 4
"""Workers of a spread run that may be started again, per worker."""


class Prepared:
    """Carries a prepared run into pytest; pytest files plugins under their `__name__`."""

    __name__ = PREPARED

    def __init__(self, ready: Ready) -> None:
        self.ready = ready


def configure(config: pytest.Config) -> None:
    """Register what this process needs."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(suite.folder())]
    # Files of two services may share a name, and the user's configuration may say otherwise.
    config.option.importmode = "importlib"
    manager = config.pluginmanager
    given = getattr(config, "workerinput", {}).get("refcheck")
    if given is not None:
        selected = given["selected"]
        facts = Facts(given["found"], given["problems"])
        others = Others(**given["others"])
        cloud = take(Handed(**given["cloud"]))
        second = given["second"] and take(Handed(**given["second"]), cloud.recorder)
        folder = away.folder_here(Path(given["folder"]), given["machine"])
        key = GuestKey(given["guest_seed"])
        bench = Bench(cloud.name, facts, folder, given["prefix"], cloud, others, second, key)
        leave_ctrl_c_to_the_controller()
        attempting = Attempting(**given["attempting"])
        made = {i: [Outcome(word) for word in words] for i, words in given["made"].items()}
        run_tests_here(config, bench, Worker(selected, bench, Stopping(folder), attempting, made))
        if given["headstarts"]:
            manager.register(Headstarts(bench), "refcheck-headstarts")
        manager.register(away.SameNames(), "refcheck-same-names")
        if str(folder) != given["folder"]:
            teller = away.Teller(config, folder, bench.ends_last)
            manager.register(teller, "refcheck-teller")
        return
    if config.option.collectonly:
        manager.register(fixtures, "refcheck-fixtures")
        return
    from refcheck.plugin.schedule import timetable

    spread = _spread(config)
    ready = _prepared(config)
    times = timetable(ready)
    controller = _controller(ready, _key(config), times)
    manager.register(controller, "refcheck-controller")
    if spread:
        # One test at a time: a worker that got a batch of long ones would end last.
        config.option.maxschedchunk = getattr(config.option, "maxschedchunk", None) or 1
        manager.register(_HandOver(ready, tuple(times)), "refcheck-hand-over")
        return
    bench = Bench(
        ready.cloud.name,
        ready.facts,
        ready.folder,
        ready.prefix,
        ready.cloud,
        ready.others,
        ready.second,
    )
    attempting, made = ready.plan.attempting, _outcomes_made(ready)
    worker = Worker(tuple(times), bench, controller.stopping, attempting, made)
    run_tests_here(config, bench, worker)


def _spread(config: pytest.Config) -> bool:
    """Whether workers run the tests; sees that those can be started that are somewhere else."""
    option = config.option
    if not getattr(option, "tx", None):
        return False
    if option.dist in ("no", "each"):
        raise _as_usage(
            WrongUse(
                f"--dist {option.dist} would run each test on all workers or on none of them",
                where=" ".join(f"--tx {spec}" for spec in option.tx),
                next_step="Spread the tests over the workers with `--dist load`.",
            )
        )
    if option.numprocesses:
        return True
    if option.maxworkerrestart is None:  # pytest-xdist would start a broken one for ever
        option.maxworkerrestart = _RESTARTS * len(gateways.specs(option.tx))
    if config.pluginmanager.get_plugin(PREPARED) is None:
        try:
            gateways.check(option.tx)
        except RefcheckError as error:
            raise _as_usage(error) from error
    return True


def run_tests_here(config: pytest.Config, bench: Bench, worker: Worker) -> None:
    """Make this process one that runs tests."""
    bench.begin_work()
    config.stash[Bench.KEY] = bench
    MEMORY.set(bench.memory)
    config.pluginmanager.register(worker, "refcheck-worker")
    config.pluginmanager.register(fixtures, "refcheck-fixtures")


class _HandOver:
    """Gives each xdist worker what the controlling process found out, over the wire only."""

    def __init__(self, ready: Ready, order: Sequence[str]) -> None:
        self._ready = ready
        self._order = order
        self._guest_seed = secrets.token_hex(32)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        ready = self._ready
        node.workerinput["refcheck"] = {
            "headstarts": node.workerinput["workerid"] == "gw0",
            "cloud": asdict(hand(ready.cloud)),
            "second": ready.second and asdict(hand(ready.second)),
            "others": asdict(ready.others),
            "selected": self._order,
            "attempting": asdict(ready.plan.attempting),
            "made": {i: [word.value for word in made] for i, made in _outcomes_made(ready).items()},
            "found": dict(ready.facts.found),
            "problems": dict(ready.facts.problems),
            "folder": str(ready.folder.resolve()),
            "machine": away.machine(),
            "prefix": ready.prefix,
            "guest_seed": self._guest_seed,
        }


def _outcomes_made(ready: Ready) -> dict[str, list[Outcome]]:
    return {i: [one.outcome for one in made] for i, made in (ready.made or {}).items()}


def _controller(ready: Ready, key: Path | None, times: Mapping[str, float]) -> Controller:
    from refcheck.plugin.controller import Controller

    try:
        return Controller(ready, key, times)
    except RefcheckError as error:
        raise _as_usage(error) from error


def _as_usage(error: RefcheckError) -> pytest.UsageError:
    return pytest.UsageError(f"{error}\n next: {error.next_step}")


def _prepared(config: pytest.Config) -> Ready:
    from refcheck.plugin.preflight import prepare

    handed: Prepared | None = config.pluginmanager.get_plugin(PREPARED)
    if handed is not None:
        return handed.ready
    try:
        return prepare(_plan(config))
    except RefcheckError as error:
        raise _as_usage(error) from error


def _plan(config: pytest.Config) -> Plan:
    from refcheck.plugin.narrowing_options import narrowing_of
    from refcheck.plugin.preflight import Plan

    option = config.option
    return Plan(
        os_cloud=option.os_cloud,
        guideline=option.guideline,
        target=option.target,
        runs=Path(option.refcheck_runs),
        key=_key(config),
        overrides=Overrides(option.image, option.flavor, option.guest_user),
        os_cloud_alt=option.os_cloud_alt,
        os_cloud_admin=option.os_cloud_admin,
        attempting=Attempting(option.refcheck_attempts, option.refcheck_repeat),
        narrowing=narrowing_of(
            services=option.services,
            capability=option.capability,
            since=Path(option.since) if option.since else None,
            changed_only=Path(option.changed_only) if option.changed_only else None,
            shard=option.shard,
        ),
        boot_budget=option.boot_budget,
    )


def _key(config: pytest.Config) -> Path | None:
    named = config.option.refcheck_key
    return Path(named) if named else None
