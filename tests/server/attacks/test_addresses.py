"""Addresses, hosts and headers that nobody means well with."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from refcheck_server.app import create_app
from refcheck_server.settings import from_environment

from tests.server.attacks.world import address, rules
from tests.server.visitor import Visitor

EVIL = "evil.example"
ELSEWHERE = (
    f"https://{EVIL}",
    f"//{EVIL}",
    f"///{EVIL}",
    f"////{EVIL}/..",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/\\/{EVIL}",
    f"/\t/{EVIL}",
    f"/\n/{EVIL}",
    f"/\r\n/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}",
    f"/\x00/{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"http:\\\\{EVIL}",
    f"//localhost@{EVIL}",
    f"//{EVIL}#@localhost/",
    f"/..//{EVIL}",
    f"/.//{EVIL}",
    f"/%2f%2f{EVIL}",
    f"/%5c{EVIL}",
    f"/\u2028/{EVIL}",
    f"/\uff0f{EVIL}",
    f"//{EVIL}\u3002com",
    f"javascript://localhost/%0aalert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f"//[{EVIL}",
    f"https://[{EVIL}]/",
    f"//\u2100{EVIL}",
    "@" + EVIL,
    f".{EVIL}",
)
TRAVERSALS = (
    "../" * 8 + "etc/passwd",
    "..%2f" * 8 + "etc%2fpasswd",
    "%2e%2e/" * 8 + "etc/passwd",
    "..%252f" * 8 + "etc%252fpasswd",
    "..\\" * 8 + "etc\\passwd",
    "..%5c" * 8 + "etc%5cpasswd",
    "....//" * 8 + "etc/passwd",
    "%c0%ae%c0%ae/" * 8 + "etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "2020.06.yaml%00.json",
    "../../app.py",
    "..",
    ".",
)


def leads_to(location: str) -> str | None:
    """The host that a browser goes on to (WHATWG's URL: tabs and line ends vanish, \\ is /)."""
    seen = re.sub(r"[\t\n\r]", "", location).strip(" \0").replace("\\", "/")
    seen = re.sub(r"^(https?):/*", r"\1://", seen)
    return urlsplit(urljoin("http://localhost/sign-in", seen)).hostname


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_nothing_leads_a_browser_to_another_site(registry, victim, onward):
    signed_in = victim.browser.client.get("/sign-in", query_string={"next": onward})
    assert (signed_in.status_code, leads_to(signed_in.location)) == (303, "localhost")
    page = Visitor(registry).client.get("/sign-in", query_string={"next": onward})
    assert page.status_code == 200
    kept = re.search(r'name="next" value="([^"]*)"', page.text)
    assert kept is None or leads_to(kept[1]) == "localhost"


@pytest.mark.parametrize("traversal", TRAVERSALS)
def test_no_address_leads_to_a_file_of_the_machine(registry, victim, traversal):
    tried = 0
    for method, rule in rules(registry):
        texts = [name for name in rule.arguments if name in {"filename", "guideline_id", "name"}]
        for name in texts if method == "GET" else ():
            marked = {**victim.values_for(rule), name: "MARK"}
            whole = rule.rule
            for part, value in marked.items():
                whole = re.sub(rf"<[^<>]*\b{part}>", str(value), whole)
            answer = victim.browser.client.get(whole.replace("MARK", traversal))
            assert answer.status_code in {404, 308, 303, 403}, (rule.rule, answer.status_code)
            assert "root:" not in answer.text
            assert "create_app" not in answer.text
            tried += 1
    assert tried >= 4


def test_no_line_end_gets_into_a_header(registry, victim):
    """CR, LF and what some decode to them, in every part and argument that an answer repeats."""
    tried = 0
    for ending in ("\r\n", "\u560d\u560a"):
        payload = f"x{ending}X-Injected: yes{ending}{ending}<script>"
        for method, rule in rules(registry):
            if method != "GET":
                continue
            path = address(registry, rule, victim.values_for(rule))
            for name in ("next", "after", "q"):
                answer = victim.browser.client.get(path, query_string={name: payload})
                assert "X-Injected" not in answer.headers, (rule.rule, name)
                assert not any("\n" in value or "\r" in value for _, value in answer.headers)
                tried += 1
        path = f"/clouds/{quote(payload)}"
        assert "X-Injected" not in victim.browser.client.get(path).headers
    assert tried > 250


def test_no_argument_means_more_than_an_argument(registry, victim):
    """A link that carries arguments on must not be made to lead, or to run, elsewhere."""
    meant = {
        "_scheme": "javascript",
        "_external": "true",
        "_anchor": EVIL,
        "_method": "POST",
        "endpoint": "static",
        "self": "x",
        "values": "x",
    }
    for method, rule in rules(registry):
        if method == "GET":
            path = address(registry, rule, victim.values_for(rule))
            answer = victim.browser.client.get(path, query_string=meant)
            assert answer.status_code < 500, rule.rule
            assert "javascript:" not in answer.text, rule.rule
            assert EVIL not in re.sub(r'name="next"[^>]*>', "", answer.text), rule.rule


HOSTS = (EVIL, f"localhost.{EVIL}", f"localhost:80@{EVIL}", "127.0.0.1.nip.io", "localhost:x", "")


@pytest.mark.parametrize("host", HOSTS)
def test_a_registry_that_knows_no_name_of_its_own_takes_none_from_a_stranger(
    registry, victim, host
):
    for method, rule in rules(registry):
        path = address(registry, rule, victim.values_for(rule))
        if method != "GET" or rule.endpoint in {"health.alive", "health.ready", "static"}:
            continue
        answer = registry.client.get(path, headers={"Host": host})
        assert answer.status_code == 400, rule.rule
        assert EVIL not in answer.text
        assert EVIL not in str(answer.headers)


def test_a_key_is_not_registered_by_a_claim_for_a_registry_of_the_attacker_s(registry, victim):
    """The claim names the registry, so what it calls itself must not come from who asks."""
    answer = registry.client.post(
        "/api/v1/account/keys/challenges", headers={**victim.headers, "Host": EVIL}
    )
    assert answer.status_code == 400
    assert "PUBLIC_URL" in answer.get_json()["error"]["next_step"]


@pytest.fixture
def public(registry):
    """The same registry as the outside world knows it, behind one proxy."""
    named = {
        "REFCHECK_REGISTRY_PUBLIC_URL": "https://registry.example.org",
        "REFCHECK_REGISTRY_PROXIES": "1",
    }
    app = create_app(
        from_environment(named, database=registry.settings.database_url), now=registry.clock
    )
    yield app
    app.extensions["refcheck_database"].engine.dispose()


def test_a_registry_with_a_name_is_called_so_whatever_a_request_says(public, victim):
    client = public.test_client()
    spoofed = {"Host": EVIL, "X-Forwarded-Host": EVIL, "X-Forwarded-Prefix": f"//{EVIL}"}
    for path in ("/", "/openapi.json", f"/clouds/{victim.values['digest']}", "/api/v1/clouds"):
        answer = client.get(path, headers=spoofed)
        assert EVIL not in answer.text, path
        assert EVIL not in str(answer.headers), path
    made = client.post("/api/v1/account/keys/challenges", headers={**victim.headers, **spoofed})
    assert made.get_json()["registry"] == "https://registry.example.org"


def test_who_asks_is_told_by_the_proxy_and_not_by_who_asks(registry):
    """X-Forwarded-For is what the nearest proxy says last; without a proxy it is nothing."""
    few = {"REFCHECK_REGISTRY_REQUEST_RATE": "3 per minute"}
    for proxies, steps in (("0", 3), ("1", 3)):
        settings = from_environment(
            {**few, "REFCHECK_REGISTRY_PROXIES": proxies}, database=registry.settings.database_url
        )
        app = create_app(settings, now=registry.clock)
        client, nearest = app.test_client(), "192.0.2.1" if proxies == "1" else ""
        answers = []
        for number in range(steps + 1):
            invented = f"10.0.0.{number}"
            given = {"X-Forwarded-For": ", ".join(filter(None, [invented, nearest]))}
            answers.append(client.get("/vendors", headers=given).status_code)
        assert answers == [200] * steps + [429], proxies
        app.extensions["refcheck_database"].engine.dispose()


def test_who_has_a_network_of_addresses_is_one_who_asks(registry):
    """2^64 addresses are as easily had as one; IPv4 within IPv6 is many who ask."""
    few = {"REFCHECK_REGISTRY_REQUEST_RATE": "2 per minute"}
    settings = from_environment(few, database=registry.settings.database_url)
    app = create_app(settings, now=registry.clock)

    def asked(*addresses):
        client = app.test_client()
        return [
            client.get("/vendors", environ_base={"REMOTE_ADDR": one}).status_code
            for one in addresses
        ]

    assert asked("2001:db8::1", "2001:db8::2:2", "2001:db8:0:0:ffff::", "2001:db8:0:1::1") == [
        200,
        200,
        429,
        200,
    ]
    assert asked(*(f"::ffff:192.0.2.{one}" for one in range(3))) == [200] * 3
    assert asked("192.0.2.0", "192.0.2.0", "192.0.2.1", "fe80::1%eth0") == [200, 429, 200, 200]
    app.extensions["refcheck_database"].engine.dispose()


def test_every_answer_has_the_headers_that_keep_browsers_safe(registry, victim):
    """Clickjacking, sniffing, leaking of addresses: on each address, and on what is no address."""
    paths = [
        (method, address(registry, rule, victim.values_for(rule)))
        for method, rule in rules(registry)
    ]
    for method, path in [*paths, ("GET", "/nothing"), ("TRACE", "/"), ("GET", "/static/../x")]:
        headers = registry.client.open(path, method=method).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Werkzeug" not in headers.get("Server", "")


def test_scripts_run_only_where_a_page_asks_a_device(registry):
    for path, runs in (("/sign-in", True), ("/vendors", False), ("/", False)):
        policy = registry.client.get(path).headers["Content-Security-Policy"]
        assert ("script-src 'self'" in policy) is runs, path


def test_where_it_is_encrypted_it_stays_so(public):
    answer = public.test_client().get("/", base_url="https://registry.example.org")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
