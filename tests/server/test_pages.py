"""The pages, the badge and the lists: what they say, and that nothing breaks them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from refcheck_server import paging
from refcheck_server.app import create_app
from refcheck_server.results import queries
from refcheck_server.results import services as results
from refcheck_server.results.models import StoredVerdict
from refcheck_server.results.standings import stand_anew
from refcheck_server.settings import from_environment
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from refcheck.cli.judge import judge
from refcheck.guideline.library import load
from refcheck.result.outcome import Outcome
from tests.server import samples
from tests.server.conftest import Clock, Registry

UNKNOWN_CLOUD, UNKNOWN_RESULT = "0" * 64, "0" * 32


@contextmanager
def statements(registry: Registry) -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(registry.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(registry.database.engine, "before_cursor_execute", note)


def failing(test):
    return replace(samples.passed(test), outcome=Outcome.FAILED, reason="answered <b>500</b>")


def test_the_front_page_of_an_empty_registry_says_how_to_begin(registry):
    page = registry.client.get("/").text
    assert "No result has come in yet" in page
    assert "refcheck submit RUN_FOLDER --registry http://localhost/" in page


def test_a_list_costs_the_same_statements_whatever_its_length(registry):
    counts = []
    for number in (1, 6):
        for one in range(number):
            cloud = f"{number}{one}".ljust(64, "a")
            registry.submit(samples.result(run_id=f"{number}-{one}", cloud=cloud))
        with statements(registry) as seen:
            assert registry.client.get("/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4


def test_the_page_of_a_cloud_costs_the_same_statements_whatever_its_history(registry):
    counts = []
    for number in range(4):
        registry.submit(samples.result(run_id=f"run {number}"))
        with statements(registry) as seen:
            page = registry.client.get(f"/clouds/{samples.CLOUD}")
        assert page.text.count("Powered Platform") >= number
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert counts[0] <= 6


def test_a_result_costs_three_statements_to_show_and_few_to_store(registry):
    # the first one keeps dictionary and suite, and notes that the token is used, once an hour
    registry.submit(samples.result(run_id="first"))
    with statements(registry) as storing:
        result_id = registry.submit(samples.result()).get_json()["id"]
    registry.client.get(f"/results/{result_id}")  # the dictionary is read once
    with statements(registry) as showing:
        registry.client.get(f"/results/{result_id}")
    assert len(showing) == 3
    assert len(storing) <= 8, storing


def test_a_capability_shows_each_test_with_outcome_id_and_reason(registry):
    result_id = registry.submit(samples.result(samples.mixed)).get_json()["id"]
    page = registry.client.get(f"/results/{result_id}").text
    verdict = registry.client.get(f"/api/v1/results/{result_id}/verdicts/platform").get_json()
    names = {test.id: test.name for test in samples.tests_of("2020.06")}
    listed = {key for one in verdict["capabilities"].values() for key in one["tests"]}
    assert len(listed) > 250
    for key in listed:
        assert key in page
        assert names.get(key, key) in page
    assert "quota of volumes is 0" in page
    assert "flagged, does not count" in page


def test_reasons_from_a_run_are_shown_as_text_never_as_markup(registry):
    made = samples.result(failing, facts={"<script>x</script>": "<img src=x onerror=y>"})
    page = registry.client.get(f"/results/{registry.submit(made).get_json()['id']}").text
    assert "answered &lt;b&gt;500&lt;/b&gt;" in page
    assert "<script" not in page
    assert "<img src=x" not in page


def test_the_command_on_a_result_s_page_comes_to_its_verdict_to_the_byte(registry, tmp_path):
    result = registry.submit(samples.result(samples.mixed)).get_json()["id"]
    registry.clock.forward(days=9)
    page = registry.client.get(f"/results/{result}").text
    _, _, file, *options = re.search(r"<code>(refcheck judge [^<]+)</code>", page)[1].split()
    path = f"/api/v1/results/{result}"
    (tmp_path / file).write_bytes(registry.client.get(f"{path}/envelope").data)
    ended = CliRunner().invoke(judge, [str(tmp_path / file), *options, "--json"])
    verdict = registry.client.get(f"{path}/verdicts/platform").data
    assert ended.stdout.encode() == verdict + b"\n"


def test_a_reconstructed_guideline_is_labelled_wherever_it_is_named(registry):
    answer = registry.submit(samples.result(guideline="2022.11")).get_json()
    for address in ("/", f"/clouds/{samples.CLOUD}", f"/results/{answer['id']}"):
        assert "2022.11 (reconstructed)" in registry.client.get(address).text
    badge = registry.client.get(f"/clouds/{samples.CLOUD}/badge.svg").text
    assert "OpenStack 2022.11 (reconstructed)" in badge


def badge_of(registry: Registry) -> tuple[str, ET.Element]:
    answer = registry.client.get(f"/clouds/{samples.CLOUD}/badge.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ET.fromstring(answer.data)  # noqa: S314 - our own bytes
    return root.attrib["aria-label"], root


def test_the_badge_says_what_the_evidence_allows(registry):
    registry.submit(samples.result(complete=False))
    assert badge_of(registry)[0] == "OpenStack: not decided"
    registry.submit(samples.result())
    label, root = badge_of(registry)
    assert label == "OpenStack 2020.06: platform: capabilities held, code not shown"
    assert root.find("{http://www.w3.org/2000/svg}title").text == label
    registry.submit(samples.result(failing, run_id="worse", ended="2026-11-20T11:59:00Z"))
    assert badge_of(registry)[0] == "OpenStack 2020.06: platform: not qualified"


def test_a_verdict_that_qualifies_carries_its_mark_everywhere(registry):
    answer = registry.submit(samples.result()).get_json()
    with registry.session() as session, session.begin():
        for verdict in session.query(StoredVerdict).filter_by(target="compute"):
            verdict.qualifies, verdict.designated_code_rule = True, "held"
            verdict.mark = "OpenStack Powered Compute"
        session.flush()
        stand_anew(session, [1])
    assert badge_of(registry)[0] == "OpenStack 2020.06: Powered Compute"
    assert "✓</span> OpenStack Powered Compute" in registry.client.get("/").text
    assert registry.client.get(f"/results/{answer['id']}").status_code == 200
    chosen = registry.client.get("/api/v1/clouds?qualifies=yes&target=compute").get_json()
    assert chosen["total"] == 1
    assert registry.client.get("/api/v1/clouds?qualifies=no").get_json()["total"] == 0


def test_clouds_are_filtered_by_guideline_and_standing(registry):
    registry.submit(samples.result())
    registry.submit(samples.result(guideline="2022.11", cloud="b" * 64))

    def found(query: str) -> int:
        return registry.client.get(f"/api/v1/clouds?{query}").get_json()["total"]

    assert found("") == 2
    assert found("guideline=2020.06") == 1
    assert found("guideline=2019.11") == 0
    assert found("qualifies=no") == 2
    assert found("target=dns") == 0
    assert "No cloud matches" in registry.client.get("/?guideline=2019.11").text


def digests(registry: Registry, query: str) -> list[str]:
    """The first digit of every cloud, gathered page by page, two a page."""
    found: list[str] = []
    after = ""
    while after is not None:
        page = registry.client.get(f"/api/v1/clouds?{query}after={after}").get_json()
        assert len(page["clouds"]) <= 2
        assert (page["total"], page["counted"]) == (5, True)
        found += [one["digest"][0] for one in page["clouds"]]
        after = page["next"]
    return found


def test_long_lists_come_in_pages(registry, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    for number in range(5):
        registry.clock.forward(minutes=1)
        registry.submit(samples.result(run_id=str(number), cloud=str(number) * 64))
    for query in ("", "sort=first-seen&", "guideline=2020.06&", "target=compute&", "qualifies=no&"):
        assert digests(registry, query) == ["4", "3", "2", "1", "0"], query
    for query in ("sort=name&", "search=&sort=name&"):
        assert digests(registry, query) == ["0", "1", "2", "3", "4"], query
    page = registry.client.get("/").text
    assert 'rel="next"' in page
    assert "From the beginning" not in page


def test_a_label_is_shown_instead_of_the_digest(registry):
    registry.submit(samples.result())
    with registry.session() as session, session.begin():
        results.label_cloud(session, samples.CLOUD, "Example Cloud")
    assert "Example Cloud</h1>" in registry.client.get(f"/clouds/{samples.CLOUD}").text


@pytest.mark.parametrize(
    "address",
    [
        f"/clouds/{UNKNOWN_CLOUD}",
        f"/clouds/{UNKNOWN_CLOUD}/badge.svg",
        f"/results/{UNKNOWN_RESULT}",
        f"/api/v1/clouds/{UNKNOWN_CLOUD}",
        f"/api/v1/results/{UNKNOWN_RESULT}",
        f"/api/v1/results/{UNKNOWN_RESULT}/envelope",
        f"/api/v1/results/{UNKNOWN_RESULT}/verdicts/platform",
        "/api/v1/results/1",
        "/api/v1/results/%00",
        "/api/v1/results/%ed%a0%80",
        "/api/v1/results/..%2f..%2fetc%2fpasswd",
        f"/api/v1/results/{UNKNOWN_RESULT.replace('0', 'A')}",
        f"/api/v1/results/{'9' * 4000}",
        f"/clouds/{'é' * 64}",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/nothing",
    ],
)
def test_what_is_not_there_is_not_found(registry, address):
    answer = registry.client.get(address)
    assert answer.status_code == 404
    if address.startswith("/api/"):
        assert answer.get_json()["error"]["next_step"]
    else:
        assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "after=0", "after=%00", "after=x", "after=WyIiLCIiXQ", "after=bnVsbA", "after=" + "a" * 2000,
        "after=W10", "after=٣", "sort=upwards", "search=%00", "search=" + "a" * 500, "guideline=1999.01", "guideline=%00", "qualifies=maybe",
        "target=%00", "target=%ed%a0%80", "target=" + "a" * 500,
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/", "/api/v1/clouds"])
def test_a_query_that_means_nothing_is_refused(registry, address, query):
    answer = registry.client.get(f"{address}?{query}")
    assert answer.status_code == 400
    if address != "/":
        assert answer.get_json()["error"]["path"] in {
            "after", "guideline", "qualifies", "search", "sort", "target",
        }  # fmt: skip


def test_a_method_that_is_not_there_is_refused(registry):
    answer = registry.client.delete("/api/v1/results")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/", "/api/v1/clouds", "/nothing", "/static/registry.css"])
def test_every_answer_tells_browsers_what_they_may_not_do(registry, address):
    headers = registry.client.get(address).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_who_asks_too_often_is_told_to_wait(registry):
    settings = replace(registry.settings, upload_rate="2 per minute", request_rate="3 per minute")
    app = create_app(settings, now=Clock())
    client = app.test_client()
    assert [client.post("/api/v1/results").status_code for _ in range(3)] == [401, 401, 429]
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert 0 < int(client.get("/").headers["Retry-After"]) <= 60
    answer = client.get("/clouds.csv")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == (
        "3",
        "2",
    )
    assert "Retry-After" not in answer.headers
    assert {client.get("/api/v1/health").status_code for _ in range(9)} == {200}
    app.extensions["refcheck_database"].engine.dispose()


def test_a_database_that_is_away_is_told_with_503(registry, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(queries, "ping", away)
    answer = registry.client.get("/api/v1/health")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


def test_our_own_fault_shows_no_traceback(registry, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("at /srv/registry")

    monkeypatch.setattr(queries, "ping", broken)
    answer = registry.client.get("/api/v1/health")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "/srv/registry" not in answer.text
    assert answer.get_json()["error"]["next_step"]


def test_addresses_carry_the_name_that_the_outside_world_uses(registry):
    settings = from_environment(
        {"REFCHECK_REGISTRY_PUBLIC_URL": "https://registry.example.org/"},
        database=registry.settings.database_url,
    )
    app = create_app(settings, now=Clock())
    body = samples.envelope(samples.result(), registry.example.signer)
    answer = app.test_client().post(
        "/api/v1/results", data=body, headers={"Authorization": f"Bearer {registry.example.token}"}
    )
    assert answer.get_json()["url"].startswith("https://registry.example.org/results/")
    app.extensions["refcheck_database"].engine.dispose()


def test_the_verdict_names_the_very_guideline_it_was_reached_by(registry):
    result_id = registry.submit(samples.result()).get_json()["id"]
    verdict = registry.client.get(f"/api/v1/results/{result_id}/verdicts/platform").data
    assert json.loads(verdict)["guideline"]["sha256"] == load("2020.06").sha256
