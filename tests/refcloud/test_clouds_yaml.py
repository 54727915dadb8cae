import stat

import pytest
import yaml

from refcheck.errors import BadInput
from refcheck.refcloud import clouds_yaml, settings
from refcheck.refcloud.folders import Home

OTHERS = """\
# my clouds, do not lose this line
clouds:
  work:   # the one at work
    auth: {auth_url: "https://cloud.example/v3"}
  refcloud:
    auth:
      auth_url: http://127.0.0.1:1/v3   # stale
  home:
    region_name: attic
client:
  force_ipv4: true
"""


@pytest.fixture
def ours(cache):
    chosen = settings.choose(Home(cache / "refcloud" / "x"), cache)
    return clouds_yaml.content(chosen)


def test_each_user_has_an_entry(ours):
    users = {name: entry["auth"]["username"] for name, entry in ours["clouds"].items()}
    assert users == {"refcloud": "demo", "refcloud-alt": "alt", "refcloud-admin": "admin"}


def test_merging_keeps_other_entries_and_replaces_ours(ours):
    merged = yaml.safe_load(clouds_yaml.merged(OTHERS, ours, where="x"))
    before = yaml.safe_load(OTHERS)
    assert merged["clouds"]["work"] == before["clouds"]["work"]
    assert merged["clouds"]["home"] == before["clouds"]["home"]
    assert merged["client"] == before["client"]
    assert merged["clouds"]["refcloud"] == ours["clouds"]["refcloud"]


def test_merging_keeps_comments(ours):
    text = clouds_yaml.merged(OTHERS, ours, where="x")
    assert "# my clouds, do not lose this line" in text
    assert "# the one at work" in text
    assert "# stale" not in text


def test_merging_twice_changes_nothing_more(ours):
    once = clouds_yaml.merged(OTHERS, ours, where="x")
    assert clouds_yaml.merged(once, ours, where="x") == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clouds:\n",
        "clouds: {}\n",
        "{clouds: {work: {region_name: a}}}\n",
        "cache: {auth: true}\n",
        "clouds:\n  refcloud: {region_name: a}\n",
        "clouds:\n    work:\n        region_name: a",
        "---\nclouds:\n  a: &a\n    region_name: a\n  refcloud: *a\n",
    ],
)
def test_any_form_of_file_ends_up_with_its_entries_and_ours(text, ours):
    merged = yaml.safe_load(clouds_yaml.merged(text, ours, where="x"))
    before = yaml.safe_load(text) or {}
    assert merged["clouds"] == {**(before.get("clouds") or {}), **ours["clouds"]}
    assert {**before, "clouds": 0} == {**merged, "clouds": 0}


@pytest.mark.parametrize("text", ["clouds: [a, b]\n", "- clouds\n", "clouds: {\n", "just words\n"])
def test_a_file_that_is_no_clouds_yaml_is_refused_and_left_alone(text, ours, tmp_path):
    file = tmp_path / "clouds.yaml"
    file.write_text(text)
    with pytest.raises(BadInput) as caught:
        clouds_yaml.merge(file, ours)
    assert caught.value.where == str(file)
    assert file.read_text() == text


def test_a_new_file_is_for_its_owner_only(ours, tmp_path):
    file = tmp_path / "deep" / "clouds.yaml"
    clouds_yaml.merge(file, ours)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert yaml.safe_load(file.read_text()) == ours


def test_a_link_stays_a_link_and_a_mode_stays_as_it_was(ours, tmp_path):
    real = tmp_path / "real.yaml"
    real.write_text(OTHERS)
    real.chmod(0o640)
    link = tmp_path / "clouds.yaml"
    link.symlink_to(real)
    clouds_yaml.merge(link, ours)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "refcloud-alt" in real.read_text()


def test_a_failed_write_leaves_the_old_file_and_no_draft(ours, tmp_path, monkeypatch):
    file = tmp_path / "clouds.yaml"
    file.write_text(OTHERS)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(clouds_yaml.Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        clouds_yaml.merge(file, ours)
    assert file.read_text() == OTHERS
    assert list(tmp_path.glob(".clouds*")) == []
