"""Another site makes a browser send something: every form and every address that changes something."""

from __future__ import annotations

import json

from refcheck_server.audit.models import AuditEvent
from sqlalchemy import func, select

from tests.server.attacks.world import SAFE, address, is_for_programs, rules
from tests.server.visitor import Visitor

ANONYMOUS = "/v1/results"
"""Open to everyone without an account: a browser adds nothing to what a sender has anyway."""


def changing(registry, who):
    for method, rule in rules(registry):
        if method not in SAFE:
            yield method, rule, address(registry, rule, who.values_for(rule))


def events(registry) -> int:
    with registry.session() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent))


def test_no_form_is_taken_without_the_token_of_this_browser(registry, victim):
    before, others, tried = events(registry), Visitor(registry).form_token(), 0
    for method, rule, path in changing(registry, victim):
        if is_for_programs(path):
            continue
        for token in (None, "", others, victim.browser.form_token()[:-1], "é"):
            fields = {} if token is None else {"form_token": token}
            for data in (fields, json.dumps(fields)):
                answer = victim.browser.client.open(path, method=method, data=data)
                assert answer.status_code == 403, (rule.rule, token, answer.status_code)
                tried += 1
        in_the_address = f"{path}?form_token={victim.browser.form_token()}"
        answer = victim.browser.client.open(in_the_address, method=method)
        assert answer.status_code == 403, rule.rule
    assert tried > 250
    assert events(registry) == before
    assert victim.browser.get("/account").status_code == 200


def test_a_cookie_alone_changes_nothing_where_programs_are_heard(registry, victim):
    before, tried = events(registry), 0
    token = victim.browser.form_token()
    for method, rule, path in changing(registry, victim):
        if not is_for_programs(path) or rule.rule == ANONYMOUS:
            continue
        for body in ({"json": {"form_token": token}}, {"data": {"form_token": token}}):
            answer = victim.browser.client.open(path, method=method, **body)
            assert answer.status_code == 401, (rule.rule, answer.status_code)
            tried += 1
    assert tried > 30
    assert events(registry) == before


def test_no_other_method_passes_for_one_that_changes_something(registry, victim):
    for method, rule, path in changing(registry, victim):
        good = {"form_token": victim.browser.form_token()}
        for disguise in ({"X-HTTP-Method-Override": method}, {"X-Method-Override": method}):
            answer = victim.browser.client.get(path, query_string=good, headers=disguise)
            assert answer.status_code in {200, 303, 400, 403, 404, 405}, rule.rule
        assert victim.browser.client.get(f"{path}?_method={method}").status_code < 500
    assert victim.browser.get("/account").status_code == 200


def test_no_other_site_may_read_an_answer_or_ask_with_credentials(registry, victim):
    foreign = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    for method, rule, path in changing(registry, victim):
        for asked in ("OPTIONS", method):
            answer = victim.browser.client.open(path, method=asked, headers=foreign)
            allowed = [name for name, _ in answer.headers if name.startswith("Access-Control-")]
            assert allowed == [], rule.rule
