"""Ways in which a cloud, or what stands in front of it, makes life hard. Each makes a `Fault`."""

from __future__ import annotations

import base64
import itertools
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from tests.faults.exchange import Fault, Forward, HangUp, Reply, Request, refusal

Matching = Callable[[Request], bool]


def anything(_request: Request) -> bool:
    return True


def of_service(name: str) -> Matching:
    """Requests to that service."""
    return lambda request: request.service == name


def every(number: int, matching: Matching, fault: Fault) -> Fault:
    """That fault for each so-many-th of the matching requests; the others pass."""
    counter = itertools.count(1)

    def sometimes(request: Request, forward: Forward) -> Reply:
        hit = matching(request) and next(counter) % number == 0
        return fault(request, forward) if hit else forward(request)

    return sometimes


def sparing_the_repeat(fault: Fault) -> Fault:
    """That fault, yet not for a request that comes again after it: services are asked in parallel."""
    met: set[tuple[str, str]] = set()

    def once(request: Request, forward: Forward) -> Reply:
        what = (request.method, request.path)
        if what in met:
            met.discard(what)
            return forward(request)
        met.add(what)
        return fault(request, forward)

    return once


def answering(status: int, retry_after: str | None = None) -> Fault:
    """Not carried out: that status, and when to come back."""
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    return lambda _request, _forward: refusal(status, "not now", **headers)


def answering_with_date(status: int, seconds: int) -> Fault:
    """Not carried out: when to come back is told as a date."""

    def fault(_request: Request, _forward: Forward) -> Reply:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return refusal(status, "not now", Retry_After=format_datetime(until, usegmt=True))

    return fault


def repeating_everything(request: Request, forward: Forward) -> Reply:
    """The cloud does what it is asked, and then fails and repeats all it heard and would have said.

    In its message, in several forms, and in headers.
    """
    done = forward(request)
    said = [*request.headers.values(), request.body.decode("latin-1"), done.body.decode("latin-1")]
    said += [value for name, value in done.headers if name.lower() != "content-length"]
    text = " ".join(said)
    forms = [text, quote(text), base64.b64encode(text.encode()).decode(), json.dumps(text)]
    reply = refusal(500, " | ".join(forms))
    secret = request.token or done.header("X-Subject-Token")
    return replace(
        reply,
        headers=(
            *reply.headers,
            ("X-Openstack-Request-Id", secret),
            ("Location", f"http://127.0.0.1/{quote(secret)}"),
            ("WWW-Authenticate", f"Keystone {secret}"),
        ),
    )


def slow(seconds: float) -> Fault:
    def fault(request: Request, forward: Forward) -> Reply:
        time.sleep(seconds)
        return forward(request)

    return fault


class Hanging:
    """Requests to one service get no answer until `release`."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._released = threading.Event()

    def __call__(self, request: Request, forward: Forward) -> Reply:
        if self._matching(request):
            self._released.wait(60)
            raise HangUp
        return forward(request)

    def release(self) -> None:
        self._released.set()


def hanging_up(_request: Request, _forward: Forward) -> Reply:
    """The connection ends before the request reaches the cloud."""
    raise HangUp


class ShortTokens:
    """Tokens that live for so many seconds, as the identity service says and the others hold to.

    Attributes:
        refused: requests that came with a token whose time was over.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._made: dict[str, float] = {}
        self.refused = 0

    def __call__(self, request: Request, forward: Forward) -> Reply:
        made = self._made.get(request.token)
        if made is not None and time.monotonic() - made > self._seconds:
            self.refused += 1
            return refusal(401, "The request you have made requires authentication.")
        reply = forward(request)
        if request.is_login and reply.status == 201:
            self._made[reply.header("X-Subject-Token")] = time.monotonic()
            document = json.loads(reply.body)
            issued = datetime.fromisoformat(document["token"]["issued_at"])
            expires = issued + timedelta(seconds=self._seconds)
            document["token"]["expires_at"] = expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            reply = reply.with_json(document)
        return reply


def _document(reply: Reply) -> dict[str, Any]:
    """The JSON object that a reply holds; an empty one when it holds none."""
    try:
        document = json.loads(reply.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def catalogue(edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Fault:
    """Another service catalogue, wherever the identity service gives one."""

    def fault(request: Request, forward: Forward) -> Reply:
        reply = forward(request)
        document = _document(reply)
        if request.service != "keystone" or not request.path.startswith("/v3/auth/"):
            return reply
        holder = document.get("token", document)
        if not isinstance(holder.get("catalog"), list):
            return reply
        holder["catalog"] = edit(holder["catalog"])
        return reply.with_json(document)

    return fault


def as_user_too(token: str, matching: Matching, made: list[Reply]) -> Fault:
    """Whatever is created is created once more, by somebody else, under the same name."""

    def fault(request: Request, forward: Forward) -> Reply:
        if matching(request):
            twin = replace(request, headers={**request.headers, "x-auth-token": token})
            made.append(forward(twin))
        return forward(request)

    return fault


def once(matching: Matching, fault: Fault) -> Fault:
    """That fault for the first matching request; everything else passes."""
    first = itertools.count()

    def fault_once(request: Request, forward: Forward) -> Reply:
        hit = matching(request) and next(first) == 0
        return fault(request, forward) if hit else forward(request)

    return fault_once


def by_chance(part: float, seed: str, fault: Fault) -> Fault:
    """That fault for this part of all requests, the same ones for the same seed."""
    chance = random.Random(seed)
    lock = threading.Lock()

    def sometimes(request: Request, forward: Forward) -> Reply:
        with lock:
            hit = chance.random() < part
        return fault(request, forward) if hit else forward(request)

    return sometimes


def after_doing_it(status: int) -> Fault:
    """Carried out, and yet the answer is that status."""

    def fault(request: Request, forward: Forward) -> Reply:
        forward(request)
        return refusal(status, "not now")

    return fault


def never_leaving_build(request: Request, forward: Forward) -> Reply:
    """Every server is shown as one that is being built, for ever; it can be deleted."""
    return _in_build(request, forward, lambda _: True)


class Booting:
    """Servers are shown as active so long after somebody first heard of them, and not before.

    Args:
        seconds: of the usual boot; each takes up to a fifth more or less.

    Attributes:
        active: id → when it is active, in seconds since the epoch.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.active: dict[str, float] = {}

    def __call__(self, request: Request, forward: Forward) -> Reply:
        return _in_build(request, forward, lambda server_id: time.time() < self._due(server_id))

    def _due(self, server_id: str) -> float:
        takes = self._seconds * random.Random(server_id).uniform(0.8, 1.2)
        return self.active.setdefault(server_id, time.time() + takes)


def _in_build(request: Request, forward: Forward, shown_so: Callable[[str], bool]) -> Reply:
    reply = forward(request)
    document = _document(reply)
    if request.service != "nova" or not request.path.startswith("/v2.1/servers") or not document:
        return reply
    for server in (document.get("server"), *document.get("servers", ())):
        if server and shown_so(server["id"]) and server.get("status") == "ACTIVE":
            server |= {"status": "BUILD", "OS-EXT-STS:vm_state": "building"}
            server |= {"OS-EXT-STS:task_state": "spawning", "OS-EXT-STS:power_state": 0}
    return reply.with_json(document)


def forgetting_keypairs(request: Request, forward: Forward) -> Reply:
    """A lie that a test must find: no key pair is ever listed."""
    reply = forward(request)
    listing = request.method == "GET" and request.path.partition("?")[0] == "/v2.1/os-keypairs"
    if request.service == "nova" and listing and reply.status == 200:
        return reply.with_json({"keypairs": []})
    return reply
