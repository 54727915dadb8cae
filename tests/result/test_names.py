"""Names and ids as Tempest, its clients and people write them."""

from __future__ import annotations

import pytest

from refcheck.result.names import bare_id, split_name

ID = "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb"


@pytest.mark.parametrize("written", [ID, f"id-{ID}", ID.upper(), f" {ID} "])
def test_an_id_is_made_bare(written):
    assert bare_id(written) == ID


@pytest.mark.parametrize(
    "written", ["", "id-", ID[:-1], f"{ID}0", f"x{ID}", "suite.boot", f"id-id-{ID}"]
)
def test_what_is_no_id_gives_none(written):
    assert bare_id(written) == ""


@pytest.mark.parametrize(
    ("written", "name", "test_id"),
    [
        ("suite.boot", "suite.boot", ""),
        (f"suite.boot[id-{ID}]", "suite.boot", ID),
        (f"suite.boot[id-{ID},smoke]", "suite.boot", ID),
        (f"suite.boot[compute,id-{ID},network]", "suite.boot", ID),
        (f"suite.boot[id-{ID}](scenario)", "suite.boot(scenario)", ID),
        ("suite.boot[smoke]", "suite.boot[smoke]", ""),
        (f"suite.boot[{ID}]", f"suite.boot[{ID}]", ""),
        (f"[id-{ID}]", f"[id-{ID}]", ""),
        ("", "", ""),
    ],
)
def test_a_suffix_with_an_id_is_split_off(written, name, test_id):
    assert split_name(written) == (name, test_id)
