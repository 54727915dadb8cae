"""What was seen of a test that did not pass, as text: how it ended, and the last exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refcheck.report.story import TestStory


def told(test: TestStory) -> str:
    """Every run of the test, then the detail and exchanges of the one that decided."""
    lines = [
        f"attempt {number}: {one.outcome.value}, {one.duration:.1f} s"
        + (f": {one.reason}" if one.reason else "")
        for number, one in enumerate(test.outcome.tries, start=1)
    ]
    last = test.last
    if last:
        lines += [last.detail] if last.detail else []
        lines += [exchange_text(exchange) for exchange in last.exchanges]
    return "\n\n".join(lines)


def exchange_text(exchange: Mapping[str, Any]) -> str:
    """The `curl` line that repeats a request, what it was answered, and the answer's body."""
    return f"{exchange.get('curl', '')}\n{answered(exchange)}\n{exchange.get('answer_body', '')}"


def answered(exchange: Mapping[str, Any]) -> str:
    """How a request was answered, one line."""
    line = f"answered {exchange.get('status', '?')}"
    if isinstance(exchange.get("seconds"), int | float):
        line += f" in {exchange['seconds']:.2f} s"
    return line + (f", {exchange['request_id']}" if exchange.get("request_id") else "")
