"""Somebody with an account asks for what is another's: each address with the other's numbers."""

from __future__ import annotations

import pytest
from refcheck_server.audit.models import AuditEvent
from sqlalchemy import func, select

from tests.server.attacks.world import SAFE, Someone, address, ask, is_for_programs, rules
from tests.server.visitor import Visitor

PUBLIC = ("/v1/guidelines", "/api/v1/guidelines", "/static/", "/audit/", "/account/<any(")
"""What everyone may see, whoever it is about; of the log not what it says, of accounts one's own."""


def events(registry) -> int:
    with registry.session() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent))


def aimed(registry, victim: Someone):
    """Each way to ask that names something; with the address of the victim's."""
    for method, rule in rules(registry):
        if rule.arguments and not rule.rule.startswith(PUBLIC):
            yield method, rule, address(registry, rule, victim.values_for(rule))


def test_no_address_leads_a_stranger_to_what_is_another_s(registry, victim, foe):
    before, wrong, tried = events(registry), [], 0
    for method, rule, path in aimed(registry, victim):
        for who in (foe, Visitor(registry)):
            if method not in SAFE and is_for_programs(path) and isinstance(who, Visitor):
                continue
            answer = ask(who, method, path)
            tried += 1
            # Who knows no password of his own is told so before anything is looked up.
            asks_password = rule.rule.startswith("/account/") and answer.status_code == 400
            refused = (
                answer.status_code in {401, 403, 404}
                or asks_password
                or (answer.status_code == 303 and answer.location.startswith("/sign-in"))
            )
            if not refused or victim.secret in answer.text:
                wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []
    assert tried > 80
    assert events(registry) == before


def test_the_owner_does_get_there(registry, victim):
    """Else the test above would say nothing."""
    reached = {
        rule.rule
        for method, rule, path in aimed(registry, victim)
        if method == "GET" and ask(victim, method, path).status_code == 200
    }
    missing = {
        rule.rule for method, rule, _ in aimed(registry, victim) if method == "GET"
    } - reached
    # For administrators, and for those who know its secret.
    assert {rule for rule in missing if "/accounts/<word:name>" not in rule} == {
        "/vendors/<word:vendor>/notices.atom"
    }


@pytest.mark.parametrize(
    "part",
    ["product", "version_id", "invitation_id", "member", "digest", "webhook_id", "delivery_id"],
)
def test_below_a_thing_of_one_s_own_nothing_of_another_s_is_found(registry, victim, foe, part):
    """`/vendors/MINE/products/MINE/versions/THEIRS/edit`, and all others like it."""
    before, wrong, tried = events(registry), [], 0
    for method, rule in rules(registry):
        if part not in rule.arguments or "vendor" not in rule.arguments:
            continue
        mixed = {**foe.values_for(rule), part: victim.values_for(rule)[part]}
        if mixed == foe.values_for(rule):
            continue  # both call it the same: it is their own
        answer = ask(foe, method, address(registry, rule, mixed), place="member", name="9.9")
        tried += 1
        if answer.status_code not in {403, 404, 409} or victim.secret in answer.text:
            wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []
    assert tried > 0 or part == "product"
    assert events(registry) == before


def test_lists_hold_nothing_of_another_s(registry, victim, foe):
    for method, rule in rules(registry):
        if method == "GET" and not rule.arguments and "sign-in/provider" not in rule.rule:
            answer = ask(foe, method, rule.rule)
            assert victim.secret not in answer.text, rule.rule
            assert victim.secret not in Visitor(registry).get(rule.rule).text, rule.rule
