"""Search, and tables as CSV."""

from __future__ import annotations

import csv
import io

from refcheck_server import lists, paging
from refcheck_server.results import services as results

from refcheck.result.outcome import Outcome, TestOutcome
from tests.server import samples


def rows(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text)))


def test_a_cloud_is_found_by_the_beginning_of_its_name_or_digest(registry):
    for number, label in enumerate(("Alpha one", "alpha two", "Beta", None)):
        digest = str(number) * 64
        registry.submit(samples.result(run_id=str(number), cloud=digest))
        if label is not None:
            with registry.session() as session, session.begin():
                results.label_cloud(session, digest, label)

    def found(query: str) -> list[str]:
        page = registry.client.get(f"/api/v1/clouds?search={query}").get_json()
        return [one["digest"][0] for one in page["clouds"]]

    assert found("ALPHA") == ["0", "1"]
    assert found("beta") == ["2"]
    assert found("33") == ["3"]
    assert found("lpha") == []
    assert found("%25") == []
    answer = registry.client.get("/api/v1/clouds?search=a&guideline=2020.06")
    assert answer.status_code == 400


def test_a_list_of_more_than_are_counted_says_so(registry, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 2)
    for number in range(3):
        registry.submit(samples.result(run_id=str(number), cloud=str(number) * 64))
    page = registry.client.get("/api/v1/clouds").get_json()
    assert (page["total"], page["counted"]) == (2, False)
    assert "More than 2 clouds" in registry.client.get("/").text


def test_a_file_has_so_many_rows_and_says_where_it_goes_on(registry, monkeypatch):
    monkeypatch.setattr(lists, "MOST_ROWS", 2)
    for number in range(3):
        registry.submit(samples.result(run_id=str(number), cloud=str(number) * 64))
    first = registry.client.get("/clouds.csv")
    assert len(rows(first)) == 1 + 2
    rest = registry.client.get(f"/clouds.csv?after={first.headers['X-Next']}")
    assert (len(rows(rest)), "X-Next" in rest.headers) == (1 + 1, False)


def test_every_table_comes_as_csv_without_formulas(registry):
    def hostile(test):
        return TestOutcome(test.id, test.name, Outcome.FAILED, "=HYPERLINK(1)")

    result_id = registry.submit(samples.result(hostile)).get_json()["id"]
    clouds = rows(registry.client.get("/clouds.csv"))
    assert clouds[1][1] == samples.CLOUD
    history = rows(registry.client.get(f"/clouds/{samples.CLOUD}/results.csv"))
    assert (history[1][0], history[1][5]) == (result_id, "yes")
    tests = rows(registry.client.get(f"/results/{result_id}/tests.csv"))
    assert len(tests) == len(samples.tests_of("2020.06")) + 1
    assert {row[3] for row in tests[1:]} == {"'=HYPERLINK(1)"}
    assert rows(registry.client.get("/clouds.csv?guideline=2019.11")) == clouds[:1]
