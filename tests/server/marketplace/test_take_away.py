"""Every table of the published tree as files: the same rows as its page, and no formulas."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from refcheck_server.marketplace import take_away
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.results import services as results
from refcheck_server.tables import at
from securesystemslib.signer import CryptoSigner

from refcheck.guideline import library
from tests.server import samples
from tests.server.review.stage import send, stage

FORMULA = '=HYPERLINK("https://example.org")'


@pytest.fixture
def tree(registry, tmp_path):
    """A tree with a product and its cloud, and a cloud whose name is a formula."""
    made = stage(registry, "taking")
    made.brought_to("published")
    send(registry, "taking-robot", samples.mixed, run_id="newer", ended="2026-11-20T11:40:00Z")
    registry.submit(samples.result(guideline="2022.11"))
    with registry.session() as session, session.begin():
        results.label_cloud(session, samples.CLOUD, FORMULA)
    with registry.session() as session:
        signer = CryptoSigner.generate_ed25519()
        publish(session, tmp_path / "tree", signer, Terms(), now=registry.clock())
    return tmp_path / "tree"


def rows(tree, folder, table):
    """The rows of both files of a table, which say the same; as programs get them."""
    told = json.loads((tree / folder / f"{table.name}.json").read_text())[table.name]
    text = (tree / folder / f"{table.name}.csv").read_bytes().decode()
    head, *lines = csv.reader(io.StringIO(text))
    assert tuple(head) == table.columns
    assert len(lines) == len(told) > 0
    for line, row in zip(lines, told, strict=True):
        for cell, column in zip(line, table.columns, strict=True):
            value = at(row, column)
            if isinstance(value, str):
                assert cell.removeprefix("'") == value
    return told


def table_rows(tree, folder, kind="stack sortable"):
    """How many rows the tables of a page have."""
    page = (tree / folder / "index.html").read_text()
    tables = re.findall(rf'<table class="{kind}">(.*?)</table>', page, re.DOTALL)
    return sum(one.count('<th scope="row">') for one in tables)


def test_each_table_of_a_page_is_two_files_beside_it_with_the_same_rows(tree):
    assert len(rows(tree, "", take_away.CLOUDS)) == 2
    [product] = rows(tree, "products", take_away.PRODUCTS)
    assert product["marks"] == ["OpenStack Powered Platform"]
    assert product["expires"] == "2027-11-20T11:30:00Z"
    folder = product["document"].removesuffix("/product.json")
    assert len(rows(tree, folder, take_away.APPLICATIONS)) == table_rows(tree, folder) == 1
    held = rows(tree, folder, take_away.CAPABILITIES_OF_VERSIONS)
    assert len(held) == table_rows(tree, folder, "matrix stack sortable")
    assert {one["verdict"] for one in held} == {"holds", "all flagged"}
    cloud = f"clouds/{samples.digest_of('taking-robot')}"
    assert len(rows(tree, cloud, take_away.HISTORY)) == table_rows(tree, cloud) == 2
    names = {one["capability"] for one in rows(tree, cloud, take_away.CAPABILITIES)}
    assert len(names) == table_rows(tree, cloud, "matrix stack sortable")
    guidelines = rows(tree, "guidelines", take_away.GUIDELINES)
    assert [one["id"] for one in guidelines] == list(library.ids())
    assert len(guidelines) == table_rows(tree, "guidelines")
    assert {one["status"] for one in guidelines if one["gives_marks"]} == {"approved", "superseded"}
    assert all((tree / one["page"]).is_file() for one in guidelines)
    replaced = [library.load(one).replaces or None for one in library.ids()]
    assert [one["replaces"] for one in guidelines] == replaced
    guideline = "guidelines/2020.06"
    asked = rows(tree, guideline, take_away.CAPABILITIES_OF_COMPONENTS)
    assert len(asked) == table_rows(tree, guideline, "capabilities stack sortable")


def test_every_page_with_a_table_leads_to_files_that_are_there(tree):
    pages = [one for one in tree.rglob("*.html") if "<table" in one.read_text()]
    assert len(pages) > 20
    for page in pages:
        found = re.findall(r'href="(\w+\.csv|\w+\.json)"', page.read_text())
        assert {one.rpartition(".")[2] for one in found} == {"csv", "json"}, page
        assert all((page.parent / one).is_file() for one in found), page


def test_a_cell_of_the_tree_is_no_formula(tree):
    text = (tree / "clouds.csv").read_text()
    assert "'=HYPERLINK" in text
    assert not re.search(r'(^|,)"?=', text, re.MULTILINE)
    assert FORMULA in {
        one["name"] for one in json.loads((tree / "clouds.json").read_text())["clouds"]
    }
