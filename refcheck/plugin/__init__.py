"""The pytest plugin: `pytest --refcheck --os-cloud NAME --guideline 2020.06 --target platform`.

Without `--refcheck` it does nothing, and imports nothing heavy.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("refcheck", "interoperability of clouds (refcheck)")
    add = group.addoption
    add("--refcheck", action="store_true", help="run capability tests against a cloud")
    add("--os-cloud", metavar="NAME", help="the cloud's name in clouds.yaml")
    add("--os-cloud-alt", metavar="NAME", help="the cloud of another user, of another project")
    add("--os-cloud-admin", metavar="NAME", help="the cloud of who may make users for tests")
    add("--guideline", metavar="ID|FILE", default="2020.06", help="default: %(default)s")
    add("--target", metavar="PROGRAM", default="platform", help="default: %(default)s")
    add("--refcheck-runs", metavar="DIR", default="refcheck-runs", help="default: ./%(default)s")
    add("--refcheck-key", metavar="FILE", help="the key that signs the result")
    add("--refcheck-attempts", type=int, metavar="N", default=2, help="of a test that fails")
    add("--refcheck-repeat", type=int, metavar="N", default=1, help="runs of each test")
    add("--services", metavar="TYPE,…", help="only tests of these services")
    add("--capability", metavar="GLOB", action="append", default=[], help="only of these")
    add("--since", metavar="RESULT", help="only what did not pass there, or is new")
    add("--changed-only", metavar="RESULT", help="only of services that are not as they were")
    add("--shard", metavar="K/N", help="only one of N parts")
    add("--image", metavar="ID|NAME", default="", help="boot this image, do not choose one")
    add("--flavor", metavar="ID|NAME", default="", help="use this flavor, do not choose one")
    add("--boot-budget", type=float, metavar="SECONDS", default=300.0, help="for a server to boot")
    add("--guest-user", metavar="NAME", default="", help="whom the image's guests let in")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from refcheck.plugin import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "idempotent_id(id): the permanent id of a capability test")
    config.addinivalue_line("markers", "headstart(what): begun before the first test, run last")
    if config.getoption("refcheck"):
        from refcheck.plugin.heap import Heap

        config.pluginmanager.register(Heap(), "refcheck-heap")
        from refcheck.plugin import setup

        setup.configure(config)
