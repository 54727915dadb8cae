"""Small things that would unfold to large ones, or take for ever: each is refused, soon, in little."""

from __future__ import annotations

import io
import json
import resource
from dataclasses import replace

import pytest
import zstandard
from refcheck_server.app import create_app

from tests.server import samples
from tests.server.attacks.world import SAFE, address, is_for_programs, rules

pytestmark = pytest.mark.timeout(120)
"""Seconds: an expression that backtracks without end would take years."""
DEEP = 60_000
DOCUMENTS = {
    "deep lists": b"[" * DEEP,
    "deep lists that end": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 12_000,
    "deep objects that end": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a number of 60,000 digits": b'{"name":' + b"9" * DEEP + b"}",
    "a fraction of 60,000 digits": b'{"name": 0.' + b"9" * DEEP + b"}",
    "infinity": b'{"name": 1e999, "revision": Infinity}',
    "not a number": b'{"name": NaN, "revision": NaN}',
    "a name twice": b'{"name": "a", "name": {"a": 1}}',
    "60,000 names": b"{" + b",".join(b'"%d":1' % n for n in range(7000)) + b"}",
    "names that are one hash": b"{" + b",".join(b'"%s":1' % (b"a" * n) for n in range(300)) + b"}",
    "NUL": b'{"name": "a\\u0000b"}',
    "half a letter": b'{"name": "\\ud800"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "UTF-32": '{"name": "a"}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a string": b'"name"',
    "nothing": b"",
    "null": b"null",
}


def test_no_document_is_a_bomb_to_any_operation(registry, victim):
    wrong, tried = [], 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for method, rule in rules(registry):
        if method in SAFE or not is_for_programs(rule.rule):
            continue
        path = address(registry, rule, {**victim.values_for(rule), "member": "no-one"})
        for what, body in DOCUMENTS.items():
            if "keyid" in rule.arguments or method == "DELETE" or rule.rule.endswith("/share"):
                continue  # these read no document
            answer = registry.client.open(path, method=method, data=body, headers=victim.headers)
            tried += 1
            if answer.status_code >= 500:
                wrong.append((rule.rule, what, answer.status_code))
    assert wrong == []
    assert tried > 200
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024  # KiB


def test_a_signed_result_is_no_bomb_either(registry, victim):
    """What a key of the account has signed is read further than what a stranger sends."""
    signer = registry.members["victim"].signer
    facts = {"deep": None}
    inner = facts
    for _ in range(500):
        inner["deep"] = {"deep": None}
        inner = inner["deep"]
    for changes in (
        {"facts": facts},
        {"facts": {f"fact {number}": "x" for number in range(20_000)}},
        {"run_id": "x" * 100_000},
        {"run_id": "\u202e" * 50},
        {"started": "9999-12-31T23:59:59Z"},
        {"target": "platform\0"},
    ):
        body = samples.envelope(samples.result(**changes), signer)
        sent = registry.client.post("/api/v1/results", data=body, headers=victim.headers)
        assert sent.status_code in {201, 400, 413, 422}, (list(changes), sent.status_code)
        if sent.status_code == 201:
            assert registry.client.get(f"/results/{sent.get_json()['id']}").status_code == 200


EXPONENTIAL = (
    "a" * 50_000 + "!",
    "-." * 25_000 + "!",
    "0" * 50_000 + "x",
    " " * 50_000 + "x",
    "\t" * 50_000,
    "(" * 50_000,
    "$." * 25_000,
    "rck_" + "0" * 50_000,
    "bearer " * 10_000,
    "https://" + "a." * 20_000,
    "https://" + "[" * 20_000,
)


def test_no_expression_runs_for_ever(registry, victim):
    """Whatever is matched against an expression gets long text that nearly fits it."""
    for text in EXPONENTIAL:
        document = json.dumps(dict.fromkeys(("name", "slug", "website", "contact", "digest"), text))
        for path in ("/api/v1/vendors", f"/api/v1/vendors/{victim.values['vendor']}/products"):
            answer = registry.client.post(path, data=document, headers=victim.headers)
            assert answer.status_code in {400, 413}
        given = {"Authorization": text, "Cookie": f"refcheck={text}", "X-Request-Id": text}
        assert registry.client.get("/api/v1/account", headers=given).status_code == 401
        for name in ("after", "q", "search", "next", "cpid"):
            answer = registry.client.get("/api/v1/clouds", query_string={name: text})
            assert answer.status_code < 500
        signature = {"X-Signature": text, "X-Public-Key": f"ssh-rsa {text}"}
        body = b'{"cpid":"x","duration_seconds":1,"results":[{"name":"a"}]}'
        refused = registry.client.post("/v1/results", data=body, headers=signature)
        assert refused.status_code in {400, 401}


def test_one_byte_more_than_the_limit_is_too_much(registry):
    small = create_app(replace(registry.settings, upload_limit=4096)).test_client()
    body = b'{"cpid":"x","duration_seconds":1,"results":["one byte"]}'.ljust(4096)
    assert small.post("/v1/results", data=body + b" ").status_code == 413
    assert small.post("/v1/results", data=body).status_code == 201


def test_no_sender_says_how_much_memory_unpacking_takes(registry):
    """A frame of a few bytes may ask for a window of gigabytes."""
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    packing = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    body = packing.compress(b'{"cpid":"x","duration_seconds":1,"results":["wide"]}')
    body += packing.flush()
    sent = registry.client.post("/v1/results", data=body, headers={"Content-Encoding": "zstd"})
    assert sent.status_code == 400
    assert "Content-Encoding zstd" in sent.get_json()["error"]["fault"]


class Endless(io.RawIOBase):
    """A body that goes on for ever, and how much of it was read."""

    def __init__(self) -> None:
        self.left_to_say = b"--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n"
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = (self.left_to_say or b"y" * 65536)[: len(buffer)]
        self.left_to_say = self.left_to_say[len(data) :]
        buffer[: len(data)] = data
        self.read_so_far += len(data)
        return len(data)


def test_of_a_body_without_end_no_more_is_read_than_a_form_may_hold(registry, victim):
    """Whoever reads it first: what counts attempts looks into the form, too."""
    for method, rule in rules(registry):
        if method in SAFE or is_for_programs(rule.rule):
            continue
        body = Endless()
        answer = registry.client.open(
            address(registry, rule, victim.values_for(rule)),
            method=method,
            environ_overrides={
                "wsgi.input": io.BufferedReader(body, 65536),
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
                "CONTENT_LENGTH": str(10**12),
            },
        )
        assert answer.status_code in {403, 413}, rule.rule
        assert body.read_so_far < 1024 * 1024, rule.rule


def test_a_form_of_many_fields_or_files_is_refused(registry, victim):
    many = "&".join(f"field{number}=1" for number in range(20_000))
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert victim.browser.client.post("/vendors", data=many, **form).status_code in {403, 413}
    line = b"--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n\r\n"
    parts = line * 3_000 + b"--x--\r\n"
    kind = {"content_type": "multipart/form-data; boundary=x"}
    assert victim.browser.client.post("/vendors", data=parts, **kind).status_code in {403, 413}
    endless = b"--x\r\n" + b"A: b\r\n" * 20_000
    assert victim.browser.client.post("/vendors", data=endless, **kind).status_code in {
        400,
        403,
        413,
    }
