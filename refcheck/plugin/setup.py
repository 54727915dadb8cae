"""Puts the plugin's parts in place, in the controlling process and in each worker.

With pytest-xdist the controlling process prepares the run and writes the journal, the workers run
the tests; without it, one process does both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from refcheck.cloud.discovery import Facts, Overrides
from refcheck.cloud.waiting import MEMORY, Memory
from refcheck.errors import RefcheckError
from refcheck.plugin import fixtures, suite
from refcheck.plugin.bench import Bench
from refcheck.plugin.controller import Controller
from refcheck.plugin.identities import Others
from refcheck.plugin.preflight import Plan, Ready, prepare
from refcheck.plugin.schedule import order_of
from refcheck.plugin.worker import Worker

PREPARED = "refcheck-prepared"
"""Plugin name under which `refcheck run` hands over a run that it has prepared already."""


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
        bench = Bench(given["cloud"], facts, Path(given["folder"]), given["prefix"], others=others)
        run_tests_here(config, selected, bench)
        return
    if config.option.collectonly:
        manager.register(fixtures, "refcheck-fixtures")
        return
    ready = _prepared(config)
    controller = Controller(ready, _key(config))
    manager.register(controller, "refcheck-controller")
    if getattr(config.option, "numprocesses", None) or getattr(config.option, "tx", None):
        # One test at a time: a worker that got a batch of long ones would end last.
        config.option.maxschedchunk = getattr(config.option, "maxschedchunk", None) or 1
        manager.register(_HandOver(ready), "refcheck-hand-over")
        return
    bench = Bench(
        ready.cloud.name, ready.facts, ready.folder, ready.prefix, ready.cloud, ready.others
    )
    run_tests_here(config, order_of(ready), bench)


def run_tests_here(config: pytest.Config, selected: Sequence[str], bench: Bench) -> None:
    """Make this process one that runs tests."""
    config.stash[Bench.KEY] = bench
    MEMORY.set(Memory())
    config.pluginmanager.register(Worker(selected, bench), "refcheck-worker")
    config.pluginmanager.register(fixtures, "refcheck-fixtures")


class _HandOver:
    """Gives each xdist worker what the controlling process found out."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready
        self._selected = order_of(ready)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        ready = self._ready
        node.workerinput["refcheck"] = {
            "cloud": ready.cloud.name,
            "others": asdict(ready.others),
            "selected": self._selected,
            "found": dict(ready.facts.found),
            "problems": dict(ready.facts.problems),
            "folder": str(ready.folder.resolve()),
            "prefix": ready.prefix,
        }


def _prepared(config: pytest.Config) -> Ready:
    handed: Prepared | None = config.pluginmanager.get_plugin(PREPARED)
    if handed is not None:
        return handed.ready
    option = config.option
    plan = Plan(
        os_cloud=option.os_cloud,
        guideline=option.guideline,
        target=option.target,
        runs=Path(option.refcheck_runs),
        key=_key(config),
        overrides=Overrides(option.image, option.flavor),
        os_cloud_alt=option.os_cloud_alt,
        os_cloud_admin=option.os_cloud_admin,
    )
    try:
        return prepare(plan)
    except RefcheckError as error:
        raise pytest.UsageError(f"{error}\n next: {error.next_step}") from error


def _key(config: pytest.Config) -> Path | None:
    named = config.option.refcheck_key
    return Path(named) if named else None
