"""What somebody types never becomes part of a statement, a formula or a request of the server's."""

from __future__ import annotations

import socket
from itertools import product

import pytest
from flask import Request
from refcheck_server.description.operations import PARAMETERS
from sqlalchemy import event
from werkzeug.datastructures import ImmutableMultiDict

from tests.server.attacks.world import SAFE, address, ask, is_for_programs, rules

MARK = "zqmark"
INJECTIONS = (
    f"{MARK}' OR '1'='1",
    f"{MARK}'; DROP TABLE accounts; --",
    f'{MARK}" OR 1=1 --',
    f"{MARK}') UNION SELECT name FROM accounts --",  # noqa: S608 - that is what it is
    f"{MARK}%' AND (SELECT pg_sleep(5)) IS NOT NULL --",
    f"{MARK}\\'; SELECT 1; --",
    f"1; SELECT '{MARK}'",
    f"{MARK}%%_[]",
)
FIELDS = (
    "name", "slug", "website", "contact", "description", "kind", "state", "reason", "revision",
    "place", "digest", "released", "secret", "code", "password", "new_password", "scopes", "days",
    "role", "next", "challenge", "public_key", "proof",
)  # fmt: skip


@pytest.fixture
def statements(registry):
    """Each statement that is sent to the database, as text."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(registry.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(registry.database.engine, "before_cursor_execute", note)


@pytest.fixture
def read(monkeypatch):
    """Names of the arguments that views read."""
    names: set[str] = set()

    class Noting(ImmutableMultiDict):
        def __getitem__(self, name):
            names.add(name)
            return super().__getitem__(name)

        def __contains__(self, name):
            names.add(name)
            return super().__contains__(name)

    monkeypatch.setattr(Request, "parameter_storage_class", Noting)
    return names


def test_no_argument_of_an_address_becomes_part_of_a_statement(registry, victim, statements, read):
    tried = set()
    for method, rule in rules(registry):
        if method != "GET":
            continue
        path = address(registry, rule, victim.values_for(rule))
        read.clear()
        victim.browser.client.get(path)
        for name in {*read, "unheard-of"}:
            for injection in INJECTIONS:
                answer = victim.browser.client.get(path, query_string={name: injection})
                assert answer.status_code < 500, (rule.rule, name, injection)
                tried.add((rule.rule, name))
    asked = {"sort", "order", "q", "state", "vendor", "kind", "place", "search", "target", "topic"}
    assert set(PARAMETERS) - {"private"} | asked <= {name for _, name in tried}
    assert [one for one in statements if MARK in one] == []


def test_no_field_becomes_part_of_a_statement(registry, victim, statements):
    for (method, rule), injection in product(list(rules(registry)), INJECTIONS[:2]):
        if method in SAFE or rule.rule in {"/sign-out", "/account/sessions/end-others"}:
            continue
        if "session_id" in rule.arguments or "prefix" in rule.arguments:
            continue  # they end what asks
        path = address(registry, rule, {**victim.values_for(rule), "member": "no-one"})
        answer = ask(victim, method, path, **dict.fromkeys(FIELDS, injection))
        assert answer.status_code < 500, (rule.rule, injection)
    assert [one for one in statements if MARK in one] == []


def test_a_filter_that_is_an_injection_lists_no_more_than_what_matches(registry, victim):
    for injection in INJECTIONS:
        for path, name in (
            ("/api/v1/vendors", "q"),
            ("/api/v1/products", "q"),
            ("/api/v1/clouds", "search"),
            ("/v1/results", "cpid"),
        ):
            told = registry.client.get(path, query_string={name: injection}).get_json()
            rows = next((one for one in told.values() if isinstance(one, list)), [])
            assert rows == [], (path, injection)


INTERNAL = "http://169.254.169.254/latest/meta-data/"


def test_the_server_goes_to_no_address_that_somebody_types(registry, victim, monkeypatch):
    """In any field or argument; only the OpenID provider, which the operator names, is asked."""
    gone_to, url = [], INTERNAL
    connect = socket.socket.connect

    def note(self, where):
        if self.family != socket.AF_UNIX:
            gone_to.append(where)
            raise OSError(f"a test forbids to connect to {where}")
        return connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", note)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: gone_to.append(where) or [])
    for method, rule in list(rules(registry)):
        if {"session_id", "prefix"} & rule.arguments or rule.rule.endswith(("out", "others")):
            continue
        path = address(registry, rule, {**victim.values_for(rule), "member": "no-one"})
        if method in SAFE:
            for names in (("next", "q", "search"), ("guideline",), ("after",), ("target",)):
                victim.browser.client.get(path, query_string=dict.fromkeys(names, url))
        else:
            ask(victim, method, path, **{**dict.fromkeys(FIELDS, url), "name": url[:60]})
        if is_for_programs(path) and method not in SAFE:
            registry.client.open(path, method=method, data=url, headers=victim.headers)
    assert gone_to == []


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//evil.example", "https://", "http:example.org",
        'https://example.org/" onclick="x', "https://ex ample.org", "\x01javascript:alert(1)",
        "https://example.org\\@evil.example", "https://good.example@evil.example",
    ],
)  # fmt: skip
def test_a_website_is_a_plain_address_of_the_web(victim, website):
    given = {"name": "Site", "contact": "x@example.org", "website": website}
    answer = ask(victim, "POST", "/api/v1/vendors", **given)
    assert (answer.status_code, answer.get_json()["error"]["path"]) == (400, "$.website")


NAMES = {
    "right to left": "Example \u202eduolC",
    "isolate": "Example\u2066Cloud",
    "zero width": "Exam\u200bple",
    "joiner": "Exam\u200dple",
    "soft hyphen": "Exam\u00adple",
    "byte order": "\ufeffExample",
    "line separator": "Example\u2028Cloud",
    "private use": "Example \ue000",
    "tag": "Example\U000e0041",
    "Cyrillic a in Latin": "Ex\u0430mple",
    "Greek o in Latin": "Cl\u03bfud",
    "many marks": "E" + "\u0301" * 40 + "xample",
}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_that_is_not_what_it_looks_like_is_refused(victim, what):
    given = {"name": NAMES[what], "contact": "x@example.org", "slug": "looks"}
    answer = ask(victim, "POST", "/api/v1/vendors", **given)
    assert (answer.status_code, answer.get_json()["error"]["path"]) == (400, "$.name")


@pytest.mark.parametrize("name", ["Société Générale", "Облако", "クラウド株式会社", "Ångström"])
def test_an_honest_name_of_any_script_is_taken(victim, name):
    given = {"name": name, "contact": "x@example.org", "slug": f"honest-{len(name)}-{ord(name[0])}"}
    assert ask(victim, "POST", "/api/v1/vendors", **given).status_code == 201


def test_a_name_that_reads_like_another_one_is_taken(victim):
    given = {"contact": "x@example.org"}
    first = ask(victim, "POST", "/api/v1/vendors", name="Falun Clouds", **given)
    assert first.status_code == 201
    for alike in ("FALUN CLOUDS", "falun  clouds", "\uff26alun Clouds", "Falun Cl\u006fuds"):
        answer = ask(victim, "POST", "/api/v1/vendors", name=alike, slug="alike", **given)
        assert answer.status_code == 409, alike
