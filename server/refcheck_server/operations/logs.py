"""The registry's log, one JSON object a line: each request, and each fault of ours.

It holds no secret: of a request only what its address names without the query, of a fault the
traceback without values (the database's errors are told without their parameters).
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import TextIO

import structlog
from flask import Flask, Response, g, request

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADER = "X-Request-Id"
_LONGEST_PATH = 300


def write_json(stream: TextIO = sys.stderr) -> None:
    """Let everything that this process logs be JSON lines on `stream`."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("refcheck_server").setLevel(logging.INFO)


def attach(app: Flask) -> None:
    """Give each request an id, in the answer too, and log how it was answered."""
    log = structlog.stdlib.get_logger("refcheck_server.requests")

    def _account() -> str | None:
        """Whoever it turned out to be; what was typed as a name may be a password."""
        found = g.get("principal")
        return found.name if found is not None and found.is_known else None

    def begin() -> None:
        given = request.headers.get(_HEADER, "")
        g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        g.request_began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def note(response: Response) -> Response:
        response.headers[_HEADER] = g.request_id
        log.info(
            "request",
            method=request.method,
            path=request.path[:_LONGEST_PATH],
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.request_began) * 1000, 1),
            bytes=response.calculate_content_length(),
            client=request.remote_addr,
            account=_account(),
        )
        return response

    def end(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()

    app.before_request(begin)
    app.after_request(note)
    app.teardown_request(end)
