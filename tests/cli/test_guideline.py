"""`refcheck guideline`, as a person runs it."""

from __future__ import annotations

import json
from collections.abc import Callable

from refcheck.errors import ExitCode
from tests.guideline.documents import sound


def test_list_names_each_guideline_its_status_and_targets(refcheck: Callable):
    ended = refcheck("guideline", "list", COLUMNS="120")
    assert ended.code == ExitCode.DONE
    lines = {line.split()[0]: line for line in ended.out.splitlines()}
    assert "platform, compute, object" in lines["2020.06"]
    assert "approved" in lines["2020.06"]
    assert "reconstructed" in lines["2022.11"]
    assert "orchestration" in lines["orchestration.2020.06"]


def test_show_tells_programs_capabilities_and_provenance(refcheck):
    ended = refcheck("guideline", "show", "dns.2020.06", COLUMNS="120")
    assert ended.code == ExitCode.DONE
    assert "needs os_powered_compute of 2020.06" in ended.out
    assert "dns-zone-crud" in ended.out
    assert "Official: ids, names" in ended.out
    assert "10 idempotent ids are written without 'id-'" in ended.out


def test_show_json_holds_every_test(refcheck):
    ended = refcheck("guideline", "show", "2020.06", "--json")
    shown = json.loads(ended.out)
    assert len({t["id"] for c in shown["capabilities"].values() for t in c["tests"]}) == 287
    assert shown["programs"]["platform"]["mark"]["product_name"] is True


def test_an_unknown_guideline_names_the_nearest(refcheck):
    ended = refcheck("guideline", "show", "2020.6")
    assert ended.code == ExitCode.WRONG_USE
    assert "the nearest is 2020.06" in ended.err


def test_a_broken_file_tells_its_path(refcheck, tmp_path):
    (tmp_path / "broken.yaml").write_text("metadata:\n  id: x\n  schema: '1.7'\n")
    ended = refcheck("guideline", "show", "broken.yaml")
    assert ended.code == ExitCode.WRONG_USE
    assert "broken.yaml: $.metadata.schema is '1.7'" in ended.err


def test_words_of_a_strange_guideline_cannot_draw_on_the_terminal(refcheck, tmp_path):
    tree = sound("metadata/id", "\x1b[2J[bold]x[/nothing]")
    (tmp_path / "strange.json").write_text(json.dumps(tree))
    ended = refcheck("guideline", "show", "strange.json", FORCE_COLOR="1")
    assert ended.code == ExitCode.DONE, ended.told
    assert "[2J[bold]x[/nothing]" in ended.out
    assert "\x1b[2J" not in ended.out


def test_list_json_holds_a_row_for_each(refcheck):
    rows = {row["id"]: row for row in json.loads(refcheck("guideline", "list", "--json").out)}
    assert rows["2015.03"]["tests"] == 127
    assert rows["scs-0128"]["targets"] == ["scs-0128"]
    assert len(rows["next"]["sha256"]) == 64


def test_show_html_writes_one_page(refcheck, tmp_path):
    ended = refcheck("guideline", "show", "dns.2020.06", "--html", "page.html")
    assert ended.code == ExitCode.DONE
    assert "dns-zone-crud" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_show_keeps_a_long_list_of_notices_short(refcheck, tmp_path):
    tree = sound("capabilities/boot/achievements", [f"a{n}" for n in range(30)])
    (tmp_path / "own.json").write_text(json.dumps(tree))
    shown = refcheck("guideline", "show", "own.json").out
    assert shown.count("notice: ") == 20
    assert "and 10 more: see `refcheck guideline lint`" in shown


def test_bad_input_ends_with_2_and_a_path(refcheck, tmp_path):
    (tmp_path / "twice.yaml").write_text("metadata:\n  id: a\n  id: b\n")
    ended = refcheck("guideline", "lint", "twice.yaml")
    assert ended.code == ExitCode.WRONG_USE
    assert "twice.yaml: line 3 has the key 'id' twice" in ended.err
    pinned = refcheck("guideline", "show", f"twice.yaml#sha256={'0' * 64}")
    assert pinned.code == ExitCode.WRONG_USE
    assert "has the digest" in pinned.err
