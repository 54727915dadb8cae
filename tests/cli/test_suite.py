"""`refcheck suite list` and `show`, as a person runs them."""

import json

import pytest

from refcheck.errors import ExitCode
from refcheck.guideline import library
from refcheck.plugin import suite

RESIZE = "1499262a-9328-4eda-9068-db1ac57498d2"
TEMPEST = "tempest.api.compute.servers.test_server_actions.ServerActionsTestJSON"


@pytest.fixture
def ask(refcheck):
    """What `suite ...` says; it must end well."""

    def ask(*arguments):
        ended = refcheck("suite", *arguments)
        assert ended.code == ExitCode.DONE, ended.told
        return ended

    return ask


@pytest.fixture
def listed(ask):
    """The documents that `suite list` tells for these options."""
    return lambda *options: json.loads(ask("list", "--json", *options).out)


def test_every_test_of_the_suite_is_listed_once(ask):
    ended = ask("list")
    heading, *lines = ended.out.splitlines()
    assert heading.split() == ["id", "capability", "cost", "needs", "what", "it", "says"]
    assert {line.split()[0] for line in lines} == set(suite.implemented(suite.folder()))
    assert f"{len(lines)} tests" in ended.err, "standard output holds tests alone"


def test_a_line_says_what_the_test_says(ask):
    (line,) = [line for line in ask("list").out.splitlines() if line.startswith(RESIZE)]
    assert "compute-servers-resize" in line
    assert line.endswith("a confirmed resize is kept")
    assert "second flavor" in line


def test_filters_narrow_the_list_together(listed):
    named = {t.id for c in library.load("2020.06").capabilities.values() for t in c.tests}
    assert {one["id"] for one in listed("--guideline", "2020.06")} == named
    platform = listed("--guideline", "2020.06", "--target", "object")
    assert len(platform) == 58
    servers = listed(
        "--guideline", "2020.06", "--capability", "Servers-Resize", "--service", "compute"
    )
    assert {entry["capability"] for one in servers for entry in one["capabilities"]} == {
        "compute-servers-resize"
    }
    assert RESIZE in {one["id"] for one in servers}


def test_the_status_is_that_of_the_guideline(listed):
    gone = listed("--guideline", "2019.06", "--status", "removed")
    assert gone
    for one in gone:
        (entry,) = {(e["guideline"], e["status"]) for e in one["capabilities"]}
        assert entry == ("2019.06", "removed")
    assert not {one["id"] for one in gone} & {
        one["id"] for one in listed("--guideline", "2020.06", "--status", "removed")
    }


def test_a_test_asks_each_service_that_it_is_listed_for(listed):
    for one in listed("--service", "block-storage"):
        assert "block-storage" in one["services"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "platfrom"], "platform"),
        (["--guideline", "2020.6"], "2020.06"),
        (["--guideline", "dns.2020.06", "--target", "platform"], "Give one of: dns"),
        (["--service", "nova"], "compute"),
        (["--status", "wanted"], "required"),
    ],
)
def test_a_word_that_holds_for_nothing_names_the_right_ones(refcheck, options, message):
    ended = refcheck("suite", "list", *options)
    assert (ended.code, message in ended.err) == (ExitCode.WRONG_USE, True), ended.told


@pytest.mark.parametrize(
    "word",
    [
        RESIZE,
        f"id-{RESIZE}",
        RESIZE[:8],
        "test_a_confirmed_resize_is_kept",
        f"{TEMPEST}.test_resize_server_confirm",
        f"{TEMPEST}.test_resize_server_confirm[id-{RESIZE},smoke]",
    ],
)
def test_a_test_is_found_by_whatever_it_is_called(ask, word):
    assert json.loads(ask("show", word, "--json").out)["id"] == RESIZE


def test_a_former_name_finds_it_too(ask):
    names = json.loads(ask("show", RESIZE, "--json").out)["names"]
    for name in names:
        assert json.loads(ask("show", name, "--json").out)["id"] == RESIZE


def test_what_is_shown_is_complete_and_true(ask):
    told = json.loads(ask("show", RESIZE, "--json").out)
    file, _, line = told["place"].rpartition(":")
    source = (suite.folder().parent / file).read_text().splitlines()
    assert source[int(line) - 1].startswith(f"def {told['name']}(")
    assert "compute POST /servers/{server_id}/action#resize" in told["calls"]
    assert {"server", "image", "flavor", "second flavor"} <= set(told["needs"])
    assert (told["cost"], told["recorded"]) == ("shared", True)
    by_guideline = {(e["guideline"], e["capability"], e["status"]) for e in told["capabilities"]}
    assert ("2020.06", "compute-servers-resize", "required") in by_guideline
    flagged = {e["guideline"] for e in told["capabilities"] if e["flag"]}
    assert "2020.06" in flagged


def test_the_text_is_for_people(ask, snapshot):
    shown = ask("show", "6c0a0990-43b6-4529-9b61-5fd8daf7c55c").out
    # Time and place change with every edit of the file.
    stable = [line for line in shown.splitlines() if not line.startswith(("file", "cost"))]
    assert "\n".join(stable) == snapshot


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("test_a_confirmed_resize_is_keept", "test_a_confirmed_resize_is_kept"),
        ("test_resize_server_confirmed", "test_a_confirmed_resize_is_kept"),
        (f"{RESIZE[:-2]}ff", RESIZE),
        ("nothing-like-it", "See `refcheck suite list`."),
    ],
)
def test_an_unknown_test_names_the_nearest(refcheck, word, near):
    ended = refcheck("suite", "show", word)
    assert (ended.code, near in ended.err) == (ExitCode.WRONG_USE, True), ended.told


def test_too_short_a_beginning_of_an_id_is_no_name(refcheck):
    ended = refcheck("suite", "show", RESIZE[:3])
    assert ended.code == ExitCode.WRONG_USE
