"""Note every request that a service answers, one line each, in log/SERVICE.access.log.

A line holds, separated by spaces: seconds since the epoch, method, path with query, status,
milliseconds until the answer was complete, milliseconds of processor time of the answering
thread, first word of the client's User-Agent.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import refcloud_env

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WithAccessLog:
    """A WSGI application whose requests are noted; the file begins anew with the process."""

    def __init__(self, application: Application, service: str) -> None:
        self._application = application
        place = refcloud_env.HOME / "log" / f"{service}.access.log"
        self._file = place.open("w", buffering=1)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterator[bytes]:
        began, processor = time.time(), time.thread_time()
        status = "-"

        def noting(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line.split(" ", 1)[0]
            return start_response(line, *rest)

        answer = self._application(environ, noting)
        try:
            yield from answer
        finally:
            if hasattr(answer, "close"):
                answer.close()
            query = environ.get("QUERY_STRING")
            path = environ["SCRIPT_NAME"] + environ["PATH_INFO"] + (f"?{query}" if query else "")
            took = (time.time() - began) * 1000
            busy = (time.thread_time() - processor) * 1000
            client = environ.get("HTTP_USER_AGENT", "").split(" ", 1)[0] or "-"
            self._file.write(
                f"{began:.3f} {environ['REQUEST_METHOD']} {path.replace(' ', '%20')} {status}"
                f" {took:.1f} {busy:.1f} {client}\n"
            )
