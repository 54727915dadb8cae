"""Judge again from a verdict document, and find what differs.

A verdict document names every input by its digest or holds it whole (`Inputs`), so whoever has
the result and the guidelines can repeat it. Judging is pure: any difference is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refcheck.code.evidence import CodeEvidence
from refcheck.errors import BadInput
from refcheck.guideline.model import Guideline
from refcheck.result.outcome import TestOutcome
from refcheck.verdict.form import fault_of
from refcheck.verdict.judge import judge
from refcheck.verdict.refstack import judge_as_refstack
from refcheck.verdict.scope import Load
from refcheck.verdict.statements import STATE, TEXT, moment, section
from refcheck.verdict.verdict import Rules, Verdict
from refcheck.verdict.waiver import Waiver

_SECTION = ("project", "section", "state", "upstream_change", "detail")
_NEXT_STEP = "Give the verdict.json of `refcheck run`, or a line of `refcheck judge --json`."
_WAIVER = ("guideline", "product", "capability", "test", "public", "approver", "expires")


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _schema() -> dict[str, Any]:
    """What replaying reads of a verdict document; the rest is compared."""
    return _object(
        guideline=_object(id=TEXT, sha256=TEXT),
        target=TEXT,
        rules={"enum": [str(rules) for rules in Rules]},
        judged_at=TEXT,
        engine=TEXT,
        inputs=_object(
            outcomes=_object(sha256=TEXT),
            code={
                "type": ["array", "null"],
                "items": _object(**{**dict.fromkeys(_SECTION, TEXT), "state": STATE}),
            },
            product={"type": ["string", "null"]},
            waivers={"type": "array", "items": _object(**dict.fromkeys(_WAIVER, TEXT))},
        ),
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """A verdict document, with what it was judged from."""

    document: Mapping[str, Any]
    guideline_id: str
    guideline_sha256: str
    target: str
    rules: Rules
    judged_at: datetime
    outcomes_sha256: str
    code: CodeEvidence | None
    product: str | None
    waivers: tuple[Waiver, ...]


def read_verdict(data: bytes, *, where: str) -> Recorded:
    """Read a verdict document.

    Raises:
        BadInput: with the path of the fault.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _fault(where, f"is not one JSON document ({error})") from error
    if problem := fault_of(document, _schema()):
        raise _fault(where, problem)
    inputs = document["inputs"]
    code = inputs["code"]
    return Recorded(
        document=document,
        guideline_id=document["guideline"]["id"],
        guideline_sha256=document["guideline"]["sha256"],
        target=document["target"],
        rules=Rules(document["rules"]),
        judged_at=moment(document["judged_at"], "$.judged_at", where, next_step=_NEXT_STEP),
        outcomes_sha256=inputs["outcomes"]["sha256"],
        code=None if code is None else CodeEvidence(map(section, code)),
        product=inputs["product"],
        waivers=tuple(_waiver(entry, where) for entry in inputs["waivers"]),
    )


def replay(
    recorded: Recorded, guideline: Guideline, outcomes: Iterable[TestOutcome], *, load: Load
) -> Verdict:
    """Judge with the recorded arguments; `load` gives the other guidelines that take part.

    Raises:
        UnknownTarget: when the guideline lacks the recorded target.
    """
    if recorded.rules is Rules.REFSTACK:
        return judge_as_refstack(guideline, recorded.target, outcomes, at=recorded.judged_at)
    return judge(
        guideline,
        recorded.target,
        outcomes,
        at=recorded.judged_at,
        code=recorded.code,
        waivers=recorded.waivers,
        product=recorded.product,
        load=load,
    )


def differences(recorded: Recorded, again: Verdict) -> tuple[str, ...]:
    """One line for each place where the document and the verdict differ; none when equal."""
    return tuple(_compare(recorded.document, json.loads(again.canonical()), "$"))


def _compare(written: Any, judged: Any, path: str) -> Iterator[str]:
    if isinstance(written, dict) and isinstance(judged, dict):
        for key in sorted({*written, *judged}):
            step = f"{path}.{key}"
            if key not in judged:
                yield f"{step} is only in the document"
            elif key not in written:
                yield f"{step} is missing in the document"
            else:
                yield from _compare(written[key], judged[key], step)
    elif isinstance(written, list) and isinstance(judged, list) and len(written) == len(judged):
        for index, one in enumerate(written):
            yield from _compare(one, judged[index], f"{path}[{index}]")
    elif type(written) is not type(judged) or written != judged:
        yield f"{path} is {_short(written)} in the document, {_short(judged)} judged again"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return json.dumps(value)[:100]


def _waiver(entry: Mapping[str, str], where: str) -> Waiver:
    fields = {key: entry[key] for key in _WAIVER if key != "expires"}
    expires = moment(entry["expires"], "$.inputs.waivers", where, next_step=_NEXT_STEP)
    return Waiver(**fields, reason="", expires=expires)


def _fault(where: str, text: str) -> BadInput:
    return BadInput(
        text,
        where=where,
        next_step=_NEXT_STEP,
    )
