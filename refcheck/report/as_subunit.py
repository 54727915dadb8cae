"""Subunit version 2: the binary stream of stestr and Tempest.

Source: the protocol as python-subunit writes it. A test's id is `name[id-…]`; the stream knows
`success`, `fail` and `skip`, and the tags of a test say its outcome in our words.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from subunit import StreamResultToBytes

from refcheck.report.evidence import told
from refcheck.report.story import Story, TestStory
from refcheck.result.outcome import Outcome

_STATUSES = {Outcome.PASSED: "success", Outcome.UNDECIDED: "skip"}
"""All others are `fail`."""
_CHUNK = 1 << 20
"""Bytes of a detail in one packet, which holds four times as many at most."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def render(story: Story) -> bytes:
    """The stream, each test in the order in which it ended."""
    whole = BytesIO()
    stream = StreamResultToBytes(whole)
    ended = max(session.ended for session in story.sessions)
    tests = [(one.runs[-1].ended if one.runs else ended, one) for one in story.tests]
    for end, one in sorted(tests, key=lambda pair: pair[0]):
        _write(stream, one, end)
    return whole.getvalue()


def _write(stream: StreamResultToBytes, one: TestStory, end: datetime) -> None:
    name, outcome = one.outcome.name or one.outcome.id, one.outcome.outcome
    if one.outcome.id and one.outcome.name:
        name += f"[id-{one.outcome.id}]"
    name = _text(name)
    began = one.runs[0].began if one.runs else end
    stream.status(test_id=name, test_status="inprogress", timestamp=max(began, _EPOCH))
    if outcome is not Outcome.PASSED:
        _attach(stream, name, "reason", one.outcome.reason or outcome.value)
        _attach(stream, name, "traceback", told(one))
    stream.status(
        test_id=name,
        test_status=_STATUSES.get(outcome, "fail"),
        test_tags=_tags(one),
        timestamp=max(end, _EPOCH),
    )


def _attach(stream: StreamResultToBytes, name: str, file: str, text: str) -> None:
    content = _text(text).encode()
    for start in range(0, len(content), _CHUNK):
        part = content[start : start + _CHUNK]
        stream.status(
            test_id=name,
            file_name=file,
            file_bytes=part,
            eof=start + _CHUNK >= len(content),
            mime_type='text/plain; charset="utf8"',
        )


def _tags(one: TestStory) -> list[str]:
    last = one.runs[-1].finished if one.runs else None
    tags = {one.outcome.outcome.value, one.test.service}
    tags.update(placing.capability for placing in one.placings)
    tags.update([f"worker-{last.worker}"] if last and last.worker else [])
    tags.update([f"blame-{one.blame.value}"] if one.blame else [])
    return sorted(map(_text, tags))


def _text(text: str) -> str:
    """What UTF-8 can write."""
    return text.encode("utf-8", "replace").decode()
