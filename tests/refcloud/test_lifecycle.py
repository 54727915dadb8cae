"""Up, down, reset and everything that can come between, with services that only listen."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from refcheck.errors import RefcloudFault, WrongUse
from refcheck.refcloud import cloud as cloud_module
from refcheck.refcloud import ports, pristine, processes
from refcheck.refcloud.cloud import RefCloud
from refcheck.refcloud.service import ROSTER

HERE = Path(__file__).parent
UP_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from refcheck.refcloud import folders, install, ports
from refcheck.refcloud.cloud import RefCloud
from refcheck.refcloud.install import Environment
ports.FIRST_BASE = int(sys.argv[3])
folders.SERVICES = Path(sys.argv[1])
install.ensure = lambda *_: Environment(Path(sys.argv[2]))
RefCloud("toy").up()
"""


def things(cloud, service="nova"):
    with sqlite3.connect(cloud.home.path / "db" / f"{service}.sqlite") as database:
        return [name for (name,) in database.execute("SELECT name FROM things")]


def add_thing(cloud, service="nova"):
    with sqlite3.connect(cloud.home.path / "db" / f"{service}.sqlite") as database:
        database.execute("INSERT INTO things VALUES ('made by a user')")


def mood(cloud, **how):
    cloud.home.path.mkdir(parents=True, exist_ok=True)
    (cloud.home.path / "toy.json").write_text(json.dumps(how))


def pids(cloud):
    return [processes.holder(cloud.home.pid_file(name)) for name in ROSTER]


def up_in_another_process(toy_environment):
    arguments = [str(HERE / "toy"), str(toy_environment), str(ports.FIRST_BASE)]
    command = [sys.executable, "-c", UP_IN_ANOTHER_PROCESS, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_cloud_that_was_never_built_is_down_and_says_how_to_build_it(toy_cloud):
    assert not toy_cloud.is_up
    assert not toy_cloud.is_built
    for ask in (toy_cloud.clouds_yaml, toy_cloud.reset, lambda: toy_cloud.service("nova")):
        with pytest.raises(RefcloudFault, match="no refcloud named 'toy'") as caught:
            ask()
        assert "refcheck refcloud up --name toy" in caught.value.next_step


def test_up_starts_every_service_and_tells_when_each_answers(toy_cloud, heard):
    toy_cloud.up(heard)
    assert toy_cloud.is_up
    for name in ROSTER:
        assert f"{name} answers" in heard.lines


def test_up_again_does_nothing_and_says_so(toy_cloud, heard):
    toy_cloud.up()
    before = pids(toy_cloud)
    toy_cloud.up(heard)
    assert pids(toy_cloud) == before
    assert heard.lines == ["refcloud 'toy' is already up"]


def test_the_second_start_builds_nothing_and_keeps_the_state(toy_cloud, heard):
    toy_cloud.up()
    add_thing(toy_cloud)
    toy_cloud.down()
    assert not toy_cloud.is_up
    toy_cloud.up(heard)
    assert "databases made" not in heard.lines
    assert things(toy_cloud) == ["made by a user"]


def test_down_leaves_no_process_and_no_pid_file(toy_cloud):
    toy_cloud.up()
    toy_cloud.down()
    assert pids(toy_cloud) == [None] * len(ROSTER)
    assert list((toy_cloud.home.path / "run").iterdir()) == []


def test_reset_forgets_what_users_made_and_stops_nothing(toy_cloud):
    toy_cloud.up()
    before = pids(toy_cloud)
    add_thing(toy_cloud)
    upload = toy_cloud.home.path / "data" / "swift" / "d1" / "objects" / "upload"
    upload.parent.mkdir()
    upload.write_text("a user's bytes")
    toy_cloud.reset()
    assert things(toy_cloud) == []
    assert not upload.exists()
    assert pids(toy_cloud) == before
    assert toy_cloud.is_up


def test_reset_restarts_the_services_when_asked_to(toy_cloud):
    toy_cloud.up()
    before = pids(toy_cloud)
    add_thing(toy_cloud)
    toy_cloud.reset(restart=True)
    assert things(toy_cloud) == []
    assert not set(before) & set(pids(toy_cloud))
    assert toy_cloud.is_up


def test_reset_restarts_the_services_when_one_does_not_forget(toy_cloud, heard):
    mood(toy_cloud, deaf="cinder")
    toy_cloud.up()
    before = pids(toy_cloud)
    add_thing(toy_cloud)
    toy_cloud.reset(heard)
    assert any("does not answer the wish to forget" in line for line in heard.lines)
    assert things(toy_cloud) == []
    assert not set(before) & set(pids(toy_cloud))
    assert toy_cloud.is_up


def test_reset_brings_up_a_cloud_that_is_half_up(toy_cloud):
    toy_cloud.up()
    toy_cloud.service("neutron").stop()
    toy_cloud.reset()
    assert toy_cloud.is_up


def test_reset_of_a_cloud_that_is_down_leaves_it_down(toy_cloud):
    toy_cloud.up()
    add_thing(toy_cloud)
    toy_cloud.down()
    toy_cloud.reset()
    assert things(toy_cloud) == []
    assert not toy_cloud.is_up


@pytest.mark.parametrize("running", [True, False])
def test_a_reset_killed_halfway_is_finished_by_the_next_up(toy_cloud, monkeypatch, running):
    toy_cloud.up()
    add_thing(toy_cloud)
    if not running:
        toy_cloud.down()
    with monkeypatch.context() as patch:
        patch.setattr(pristine.shutil, "copytree", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            toy_cloud.reset()
    toy_cloud.up()
    assert things(toy_cloud) == []
    assert toy_cloud.home.whole.exists()


def test_a_changed_recipe_is_built_anew_with_the_same_passwords(toy_cloud, monkeypatch, heard):
    toy_cloud.up()
    entries = toy_cloud.clouds_yaml()
    monkeypatch.setattr(cloud_module, "_recipe", lambda: "another")
    toy_cloud.up(heard)
    assert "databases made" in heard.lines
    assert toy_cloud.clouds_yaml() == entries


def test_reset_does_not_mix_a_build_of_another_version_with_this_one(toy_cloud, monkeypatch):
    toy_cloud.up()
    monkeypatch.setattr(cloud_module, "_recipe", lambda: "another")
    with pytest.raises(RefcloudFault, match="this version") as caught:
        toy_cloud.reset()
    assert "refcheck refcloud up --name toy" in caught.value.next_step


def test_a_service_that_dies_is_named_with_its_last_words_and_nothing_stays_up(toy_cloud):
    mood(toy_cloud, dies="cinder")
    with pytest.raises(RefcloudFault) as caught:
        toy_cloud.up()
    assert "cinder ended while starting" in caught.value.fault
    assert "RuntimeError: cinder is on strike" in caught.value.fault
    assert caught.value.where == str(toy_cloud.home.log("cinder"))
    assert "--rebuild" in caught.value.next_step
    assert pids(toy_cloud) == [None] * len(ROSTER)


def test_a_build_that_failed_is_begun_anew(toy_cloud, heard):
    mood(toy_cloud, dies="cinder")
    with pytest.raises(RefcloudFault):
        toy_cloud.up()
    assert not toy_cloud.is_built
    mood(toy_cloud)
    toy_cloud.up(heard)
    assert "databases made" in heard.lines
    assert toy_cloud.is_up


def test_ctrl_c_while_starting_ends_what_was_started(toy_cloud):
    mood(toy_cloud, slow="cinder")
    timer = threading.Timer(3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        toy_cloud.up()
    assert pids(toy_cloud) == [None] * len(ROSTER)
    assert not toy_cloud.is_built


def test_a_killed_start_leaves_nothing_the_next_one_cannot_end(toy_cloud, toy_environment):
    mood(toy_cloud, slow="cinder")
    with up_in_another_process(toy_environment) as killed:
        until(lambda: toy_cloud.status()[-1].up)  # swift, the last to be started
        killed.kill()
    left = [pid for pid in pids(toy_cloud) if pid]
    assert len(left) == len(ROSTER)
    mood(toy_cloud)
    toy_cloud.up()
    assert toy_cloud.is_up
    assert not set(left) & set(pids(toy_cloud))


def test_two_starts_at_once_make_one_cloud(toy_cloud, toy_environment, heard):
    with up_in_another_process(toy_environment) as other:
        until(toy_cloud.home.settings.exists)
        toy_cloud.up(heard)
        assert other.wait() == 0
    assert heard.lines == [
        "another refcheck works on refcloud 'toy'; waiting for it",
        "refcloud 'toy' is already up",
    ]


def test_a_port_taken_by_another_program_is_named_with_the_way_out(toy_cloud):
    toy_cloud.up()
    toy_cloud.down()
    port = toy_cloud.settings().ports["glance"]
    squatter = socket.create_server(("127.0.0.1", port))
    with squatter:
        with pytest.raises(RefcloudFault, match=f"port {port}, which glance") as caught:
            toy_cloud.up()
        assert "--rebuild" in caught.value.next_step
        assert pids(toy_cloud) == [None] * len(ROSTER)
        toy_cloud.up(rebuild=True)
        assert toy_cloud.is_up
        assert port not in toy_cloud.settings().ports.values()


def test_ports_are_wished_for_at_a_build_only(toy_cloud):
    base = ports.choose(avoid=range(ports.FIRST_BASE + 400))["keystone"]
    toy_cloud.up(port_base=base)
    assert toy_cloud.settings().ports == ports.block(base)
    toy_cloud.down()
    with pytest.raises(WrongUse, match=f"from {base} on"):
        toy_cloud.up(port_base=base + 100)
    toy_cloud.up(port_base=base)
    assert toy_cloud.is_up


@pytest.mark.parametrize("name", ["", "..", "a/b", "ports.lock"])
def test_a_name_that_is_no_folder_of_its_own_is_refused(cache, name):
    with pytest.raises(WrongUse):
        RefCloud(name)


def test_down_of_a_cloud_nobody_built_leaves_no_trace(cache):
    RefCloud("nobody").down()
    assert not cache.exists()


def test_one_service_can_be_stopped_and_started(toy_cloud):
    toy_cloud.up()
    glance = toy_cloud.service("glance")
    glance.stop()
    glance.stop()
    assert not glance.answers
    assert not toy_cloud.is_up
    assert [status.service for status in toy_cloud.status() if not status.up] == ["glance"]
    glance.start()
    assert toy_cloud.is_up


def test_a_service_it_does_not_have_is_refused(toy_cloud):
    with pytest.raises(RefcloudFault, match="no service 'heat'"):
        toy_cloud.service("heat")


def test_nothing_of_the_callers_clouds_and_proxies_reaches_the_services(toy_cloud, monkeypatch):
    for name in ("OS_CLOUD", "http_proxy", "HTTPS_PROXY", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, "/outside")
    given = cloud_module.environ(toy_cloud.home)
    assert "/outside" not in given.values()


def test_two_clouds_of_different_names_run_side_by_side(toy_cloud):
    other = RefCloud("other")
    try:
        toy_cloud.up()
        other.up()
        assert toy_cloud.is_up
        assert other.is_up
    finally:
        other.down()
    assert toy_cloud.is_up
