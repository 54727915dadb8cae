"""What is shipped to run a registry starts the command that there is, with settings that there are."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest
from refcheck_server.command import registry
from refcheck_server.settings import PREFIX, from_environment

DEPLOY = Path(__file__).parents[2] / "server" / "deploy"


UNITS = ["refcheck-registry.service", "refcheck-registry-work.service"]


def unit(name):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / name)
    return parser


def started_by_systemd():
    return unit(UNITS[0])["Service"]["ExecStart"].split()


def started_by_the_container():
    text = (DEPLOY / "Containerfile").read_text()
    entry, given = (
        re.search(rf"^{one} (.*)$", text, re.MULTILINE)[1] for one in ("ENTRYPOINT", "CMD")
    )
    return json.loads(entry) + json.loads(given)


@pytest.mark.parametrize("started", [started_by_systemd, started_by_the_container])
def test_the_command_and_its_options_are_there(started):
    program, group, *rest = started()
    assert (Path(program).name, group, rest[0]) == ("refcheck", "registry", "serve")
    context = registry.commands["serve"].make_context("serve", rest[1:])
    assert context.params["host"] == "127.0.0.1"


def test_the_background_jobs_are_started_by_the_command_for_them():
    program, group, *rest = unit(UNITS[1])["Service"]["ExecStart"].split()
    assert (Path(program).name, group, rest) == ("refcheck", "registry", ["work"])
    assert registry.commands["work"].make_context("work", rest[1:])


def test_both_units_run_as_one_user_who_owns_the_folder():
    """systemd gives a state folder to whichever dynamic user starts last."""
    services = [unit(name)["Service"] for name in UNITS]
    assert len({(one["User"], one["DynamicUser"], one["StateDirectory"]) for one in services}) == 1


@pytest.mark.parametrize("name", ["Containerfile", *UNITS])
def test_the_settings_are_ones_that_are_read(name, tmp_path):
    text = (DEPLOY / name).read_text()
    given = dict(re.findall(rf"({PREFIX}[A-Z_]+)=(\S+)", text))
    assert len(given) == 2
    read = from_environment({**given, f"{PREFIX}DATA": str(tmp_path)})
    assert read.log == "json"
    assert str(tmp_path) in read.database_url


def test_files_that_the_container_copies_from_are_there():
    text = (DEPLOY / "Containerfile").read_text()
    locks = re.findall(r"-r (\S+)", text)
    assert len(locks) == 2
    assert all((DEPLOY.parents[1] / lock).is_file() for lock in locks)
