"""Runs that leave tests out: each accounts for all, and shards together are a whole run."""

from __future__ import annotations

import pytest

from refcheck.result.anywhere import load_named
from refcheck.result.outcome import Outcome

pytestmark = pytest.mark.journey


def decided(run):
    return {one.id for one in run.result.outcomes if not one.left_out}


def test_shards_merge_into_what_a_whole_run_would_be(run, refcheck, tmp_path):
    parts = [run("--shard", f"{number}/2") for number in (1, 2)]
    assert all(part.ended.code == 3 for part in parts), parts[0].ended.told
    first, second = map(decided, parts)
    assert first
    assert second
    assert not first & second
    folders = [str(part.folder) for part in parts]
    merged = refcheck("merge", *folders, "-o", "merged.json")
    assert merged.code == 0, merged.told
    result = load_named(tmp_path / "merged.json").result
    assert {one.outcome for one in result.outcomes} == {Outcome.PASSED}
    assert first | second == {one.id for one in result.outcomes}
    assert result.complete

    again = run("--services", "image", "--changed-only", str(tmp_path / "merged.json"))
    assert again.ended.code == 3, again.ended.told
    assert not decided(again)
    assert "the image service is as it was" in again.ended.out


def test_only_the_services_and_capabilities_that_are_named_are_run(run, small):
    found = run("--services", "image,identity", "--capability", "images-*")
    by_service = {one.left_out for one in found.result.outcomes if one.id not in decided(found)}
    assert by_service == {"--services image,identity", "--capability images-*"}
    assert found.outcomes(where="images-v2-list") == {"passed"}
    assert found.outcomes(where="compute") == {"undecided"}
    assert "left out: --services image,identity" in found.ended.out
