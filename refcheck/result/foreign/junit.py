"""JUnit XML: what most test runners and CI services write.

A test's name is `classname.name`. Document type declarations, and with them entities, are
refused: no real file has any.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from refcheck.result.foreign.unittest_runs import Collected, last_line
from refcheck.result.outcome import Outcome

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OUTCOMES = {
    "failure": Outcome.FAILED,
    "error": Outcome.ERROR,
    "skipped": Outcome.UNDECIDED,
}
_DEPTH_LIMIT = 32


def read_junit(data: bytes, *, where: str) -> Collected:
    """The tests of a report, in its order.

    Raises:
        BadResult: when it is no XML, has a document type, or holds no test.
    """
    collected = Collected(where)
    try:
        _read(data, collected)
    except DefusedXmlException as error:
        raise collected.fault("has a document type declaration, which is refused") from error
    except (ParseError, LookupError, ValueError) as error:  # the latter two: of the encoding
        raise collected.fault(f"is not XML, perhaps truncated ({error})") from error
    if not collected.outcomes and not collected.notices:
        raise collected.fault("is XML without any <testcase>")
    return collected


def _read(data: bytes, collected: Collected) -> None:
    depth = 0
    for event, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > _DEPTH_LIMIT:
            raise collected.fault(f"is nested deeper than {_DEPTH_LIMIT}")
        if event == "end" and _tag(element) == "testcase":
            _add(element, collected)
            element.clear()  # its output may be large


def _add(case: Element, collected: Collected) -> None:
    classname, name = case.get("classname") or "", case.get("name") or ""
    full = name if not classname or name.startswith(f"{classname}.") else f"{classname}.{name}"
    outcome, reason = _outcome(case)
    collected.add(full, outcome, reason, _seconds(case.get("time")))


def _outcome(case: Element) -> tuple[Outcome, str]:
    """The worst that the case tells: an error after a failure is still a failure."""
    told = {_tag(child): child for child in reversed(case)}
    for tag, outcome in _OUTCOMES.items():
        if (child := told.get(tag)) is not None:
            if child.get("type") == "pytest.xfail":
                return Outcome.FAILED, "failed, as was expected"
            message = child.get("message") or last_line(child.text or "")
            return outcome, " ".join(message.split())
    return Outcome.PASSED, ""


def _tag(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _seconds(text: str | None) -> float:
    try:
        seconds = float((text or "0").replace(",", ""))
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < 1e9 else 0.0
