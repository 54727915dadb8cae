"""Which run a command is about: the same words for `report`, `resume` and `cleanup`."""

import pytest

from tests.report import samples

STREAM = samples.events(samples.SMALL, weather=samples.Weather(trouble=0.5))
TOLD = {
    "report": (0, "mycloud, run 20261120T120000Z-5eed5eed"),
    "resume": (2, "the run is complete: there is nothing to go on with"),
    "cleanup": (0, "the run created nothing"),
}


@pytest.mark.parametrize("command", TOLD)
@pytest.mark.parametrize(
    "words",
    [
        ["latest"],
        ["20261120T120000Z-5eed5eed"],
        ["refcheck-runs/20261120T120000Z-5eed5eed"],
        ["latest", "--runs", "./refcheck-runs"],
    ],
)
def test_a_run_is_named_by_its_folder_its_name_or_as_the_latest(refcheck, tmp_path, command, words):
    folder = samples.folder_of(STREAM, tmp_path / "refcheck-runs")
    (folder / "result.json").write_text("signed")
    ended = refcheck(command, *words)
    code, told = TOLD[command]
    assert ended.code == code, ended.told
    assert told in ended.told


@pytest.mark.parametrize("command", TOLD)
@pytest.mark.parametrize(
    ("word", "why"),
    [("latest", "holds no run"), ("other", "no such run folder"), (".", "it holds no journal")],
)
def test_what_is_no_run_is_refused_with_the_way_to_name_one(refcheck, command, word, why):
    ended = refcheck(command, word)
    assert ended.code == 2, ended.told
    assert why in ended.err
    assert "next: " in ended.err
