"""Several jobs at once, each in a thread of its own: different services need not wait in line."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

Given = TypeVar("Given")
_ENDED = object()


def abreast(jobs: Sequence[Callable[[], Iterable[Given]]], patience: float) -> Iterator[Given]:
    """Whatever the jobs give, as it comes.

    One job alone runs here. Of several, one that gives nothing for `patience` seconds is left
    behind, and what it may give later is lost: threads know no limit in wall-clock time.

    Raises:
        Exception: what a job raised.
    """
    if len(jobs) == 1:
        yield from jobs[0]()
        return
    told: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    for number, job in enumerate(jobs):
        threading.Thread(target=_run, args=(number, job, told), daemon=True).start()
    heard = dict.fromkeys(range(len(jobs)), time.monotonic())
    while heard:
        try:
            number, value = told.get(
                timeout=max(min(heard.values()) + patience - time.monotonic(), 0)
            )
        except queue.Empty:
            heard = {n: last for n, last in heard.items() if time.monotonic() - last < patience}
            continue
        if value is _ENDED or number not in heard:
            heard.pop(number, None)
        elif isinstance(value, _Raised):
            raise value.error
        else:
            heard[number] = time.monotonic()
            yield value


class _Raised:
    """What a job raised, on its way to the other thread."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _run(
    number: int,
    job: Callable[[], Iterable[Given]],
    told: queue.SimpleQueue[tuple[int, Any]],
) -> None:
    try:
        for value in job():
            told.put((number, value))
    except BaseException as error:  # noqa: BLE001 - raised again where the others are waited for
        told.put((number, _Raised(error)))
    told.put((number, _ENDED))
