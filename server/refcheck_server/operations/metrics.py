"""What the registry does, as Prometheus reads it: requests, and how long they took.

All workers of a registry write to files of one folder, so that whichever worker is asked tells of
all. `gather_in` names the folder, before `attach` imports prometheus_client, which looks for it
once.
"""

from __future__ import annotations

import hmac
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound

from refcheck_server.accounts.guarding import needs
from refcheck_server.accounts.rights import Action
from refcheck_server.context import context
from refcheck_server.database import current_session
from refcheck_server.evidence.services import held
from refcheck_server.evidence.stores import current_store
from refcheck_server.jobs.queries import look
from refcheck_server.settings import Settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


def gather_in(folder: Path) -> None:
    """Let all workers of this process count in this folder."""
    os.environ[_FOLDER] = os.fspath(folder)


def attach(app: Flask, settings: Settings) -> None:
    """Count the requests of `app` and tell whoever has the token; without one there is no page."""
    if settings.metrics_token is None:
        return
    from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST
    from prometheus_client.multiprocess import MultiProcessCollector

    own = CollectorRegistry()
    requests = Counter(
        "refcheck_registry_requests",
        "Requests by view, method and status.",
        ["view", "method", "status"],
        registry=own,
    )
    seconds = Histogram(
        "refcheck_registry_request_seconds",
        "Seconds from request to answer, by view.",
        ["view"],
        registry=own,
        buckets=_BUCKETS,
    )
    expected = f"Bearer {settings.metrics_token}".encode()

    def begin() -> None:
        g.began = time.perf_counter()

    def count(response: Response) -> Response:
        view = request.endpoint or "none"  # an address of nobody's is one name, not thousands
        method = request.method if request.endpoint else "any"
        requests.labels(view, method, str(response.status_code)).inc()
        if "began" in g:
            seconds.labels(view).observe(time.perf_counter() - g.began)
        return response

    @needs(Action.WATCH)
    def tell() -> Response:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            raise NotFound
        source = own
        if _FOLDER in os.environ:
            source = CollectorRegistry()
            MultiProcessCollector(source)  # type: ignore[no-untyped-call]
        told = generate_latest(source) + generate_latest(_state())
        return Response(told, content_type=CONTENT_TYPE_LATEST)

    app.before_request(begin)
    app.after_request(count)
    app.add_url_rule("/metrics", "metrics", tell)


def _state() -> CollectorRegistry:
    """What the database says now; no worker has to count it."""
    from prometheus_client import CollectorRegistry, Gauge

    queue, (pieces, size) = look(current_session(), now=context().now()), held(current_session())
    well = current_store().fault() is None
    found = CollectorRegistry()
    for name, words, value in (
        ("jobs_waiting", "Background jobs that are not done.", queue.waiting),
        ("jobs_dead", "Background jobs that failed for good.", queue.dead),
        ("evidence_pieces", "Pieces of evidence that results have.", pieces),
        ("evidence_bytes", "Their bytes.", size),
        ("evidence_up", "Whether the store of evidence can be used.", int(well)),
        ("jobs_oldest_seconds", "Since when a job could have been done.", queue.oldest_seconds),
    ):
        Gauge(f"refcheck_registry_{name}", words, registry=found).set(value)
    return found
