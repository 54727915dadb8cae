"""What only some may see is kept by nobody on the way, and nothing tells that it is there."""

from __future__ import annotations

from tests.server.attacks.world import address, rules
from tests.server.visitor import Visitor


def is_kept_by_others(answer) -> bool:
    """Whether a cache that serves several people may keep it (RFC 9111)."""
    control = answer.headers.get("Cache-Control", "")
    return "no-store" not in control and "private" not in control


def test_nothing_that_one_account_may_see_is_kept_for_others(registry, victim):
    """By session and by token; each address that shows something private."""
    shown = 0
    for method, rule in rules(registry):
        if method != "GET":
            continue
        path = address(registry, rule, victim.values_for(rule))
        for answer in (
            victim.browser.client.get(path),
            registry.client.get(path, headers=victim.headers),
        ):
            private = victim.secret in answer.text or victim.refstack_id in answer.text
            if answer.status_code == 200 and private:
                shown += 1
                assert not is_kept_by_others(answer), rule.rule
    assert shown > 15


def test_a_copy_that_somebody_has_does_not_tell_that_a_private_thing_is_there(registry, victim):
    """With conditions and ranges, as a cache asks: the answer is that there is no such thing."""
    asking = (
        {"If-None-Match": "*"},
        {"If-Match": "*"},
        {"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"Range": "bytes=0-10"},
        {"Accept-Encoding": "zstd, gzip"},
    )
    for method, rule in rules(registry):
        if method != "GET" or "result_id" not in rule.arguments:
            continue
        path = address(registry, rule, victim.values_for(rule))
        for headers in asking:
            answer = Visitor(registry).client.get(path, headers=headers)
            assert answer.status_code == 404, rule.rule
            assert "ETag" not in answer.headers
        assert Visitor(registry).client.head(path).status_code == 404


def test_what_is_private_again_is_not_in_caches_for_long(registry, victim):
    """What everyone could see may be kept for minutes, not for hours."""
    for method, rule in rules(registry):
        if method == "GET" and rule.endpoint != "static":
            path = address(registry, rule, victim.values_for(rule))
            control = registry.client.get(path).cache_control
            assert (control.max_age or 0) <= 300, rule.rule
