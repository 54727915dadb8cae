import configparser
import stat

import pytest

from refcheck.refcloud import configuration, folders, settings
from refcheck.refcloud.folders import Home


@pytest.fixture
def written(toy_environment, cache):
    home = Home(cache / "refcloud" / "toy")
    chosen = settings.choose(home, toy_environment)
    configuration.write(home, chosen)
    return home, chosen


def files(home):
    return [path for path in home.etc().rglob("*") if path.is_file()]


def test_a_place_is_filled_and_an_unknown_one_refused():
    assert configuration.render("port = @nova@", {"nova": "1"}) == "port = 1"
    with pytest.raises(KeyError):
        configuration.render("port = @nobody@", {"nova": "1"})


def test_no_place_is_left_in_any_file(written):
    home, _ = written
    assert len(files(home)) >= len([f for f in folders.TEMPLATES.rglob("*") if f.is_file()])
    for file in files(home):
        assert "@" not in file.read_text(), file


def test_every_configuration_file_is_well_formed(written):
    home, _ = written
    for file in files(home):
        if file.suffix == ".conf":
            configparser.RawConfigParser(strict=True).read(file)


def test_nothing_listens_beyond_this_machine(written):
    home, _ = written
    for file in files(home):
        assert "0.0.0.0" not in file.read_text(), file  # noqa: S104


def test_files_with_passwords_are_for_their_owner_only(written):
    home, chosen = written
    secret = chosen.passwords["service"]
    keepers = [file for file in (home.settings, *files(home)) if secret in file.read_text()]
    assert home.settings in keepers
    for file in keepers:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_passwords_differ_from_user_to_user_and_from_cloud_to_cloud(written, cache):
    _, chosen = written
    other = settings.choose(Home(cache / "refcloud" / "other"), folders.SERVICES)
    known = [*chosen.passwords.values(), *other.passwords.values()]
    assert len(set(known)) == len(known)


def test_a_second_build_keeps_ports_and_passwords(written, toy_environment):
    home, chosen = written
    assert settings.choose(home, toy_environment) == chosen


def test_two_clouds_never_share_a_port_even_when_both_are_down(written, cache):
    _, chosen = written
    other = settings.choose(Home(cache / "refcloud" / "other"), folders.SERVICES)
    assert not set(chosen.ports.values()) & set(other.ports.values())


def test_unreadable_settings_count_as_none(written):
    home, _ = written
    home.settings.write_text('{"home": ')
    assert settings.load(home) is None
