"""What is shipped to run a registry starts the command that there is, with settings that there are."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from refcheck_server.app import create_app
from refcheck_server.command import registry
from refcheck_server.settings import PREFIX, from_environment

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "server" / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

UNITS = ["refcheck-registry.service", "refcheck-registry-work.service"]


def unit(name):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / name)
    return parser


def started_by_systemd():
    return unit(UNITS[0])["Service"]["ExecStart"].split()


def stages():
    """The container file as lists of instruction and argument, a list for each FROM."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text(), flags=re.MULTILINE)
    found = []
    for line in re.sub(r"\\\n", "", text).split("\n"):
        if line:
            word, argument = line.split(maxsplit=1)
            if word == "FROM":
                found.append([])
            found[-1].append((word, argument))
    return found


def image():
    """What the last stage says of each kind, each said once."""
    said = stages()[-1]
    assert len(dict(said)) == len(said)
    return dict(said)


def started_by_the_container():
    return json.loads(image()["ENTRYPOINT"]) + json.loads(image()["CMD"])


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


def test_the_container_is_built_on_a_python_that_the_project_takes():
    bases = {dict(one)["FROM"].split()[0] for one in stages()}
    assert len(bases) == 1
    version = re.fullmatch(r"python:(3\.\d+)-slim", bases.pop())[1]
    assert version in SpecifierSet(PROJECT["requires-python"])


def test_the_container_starts_what_it_copied_and_the_project_installs():
    program = Path(started_by_the_container()[0])
    assert program.name in PROJECT["scripts"]
    environment = str(program.parents[1])
    assert image()["COPY"] == f"--from=build {environment} {environment}"
    building = dict(stages()[0])["RUN"]
    assert f"python -m venv {environment} " in building
    assert f"{environment}/bin/pip install --no-cache-dir --require-hashes " in building


def test_what_the_container_installs_has_all_that_the_registry_needs():
    run = dict(stages()[0])["RUN"].split("/opt/refcheck/bin/pip", 1)[1]
    lock = (ROOT / re.search(r"-r (\S+)", run)[1]).read_text()
    locked = {canonicalize_name(one) for one in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["server"]
    assert {canonicalize_name(Requirement(one).name) for one in wanted} <= locked


def test_the_container_runs_as_a_number_that_owns_the_folder_and_is_not_root():
    said = image()
    number = int(re.fullmatch(r"(\d+):\1", said["USER"])[1])
    name = re.search(rf"useradd .*--uid {number} .* (\w+) +&&", said["RUN"])[1]
    assert number > 0
    folder = re.search(rf"{PREFIX}DATA=(\S+)", said["ENV"])[1]
    assert said["VOLUME"] == folder
    assert re.search(
        rf"install --directory --owner={name} --group={name} --mode=700 {folder}$", said["RUN"]
    )
    order = [word for word, _ in stages()[-1]]
    assert order.index("COPY") < order.index("USER") < order.index("ENTRYPOINT")


def test_the_containers_health_is_asked_where_it_listens(tmp_path):
    python, option, text = json.loads(image()["HEALTHCHECK"].removeprefix("CMD "))
    assert Path(python).parent == Path(started_by_the_container()[0]).parent
    assert option == "-c"
    compile(text, "health check", "exec")
    asked = urlsplit(re.search(r"'(http://\S+?)'", text)[1])
    serve = registry.commands["serve"].make_context("serve", started_by_the_container()[3:])
    assert (asked.hostname, asked.port) == (serve.params["host"], serve.params["port"])
    app = create_app(from_environment({f"{PREFIX}DATA": str(tmp_path)}))
    assert app.url_map.bind("localhost").match(asked.path)[0] == "health.ready"


def test_what_may_hold_secrets_stays_out_of_the_container():
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".venv"} <= set(left_out)


def test_files_that_the_container_copies_from_are_there():
    text = (DEPLOY / "Containerfile").read_text()
    locks = re.findall(r"-r (\S+)", text)
    assert len(locks) == 2
    assert all((ROOT / lock).is_file() for lock in locks)
