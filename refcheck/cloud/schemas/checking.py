"""Holds an exchange against what the API reference declares for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from refcheck.cloud.exchange import Answer
from refcheck.cloud.schemas import (
    block_storage,
    compute,
    fault,
    identity,
    image,
    network,
    object_storage,
    wording,
)
from refcheck.cloud.schemas.findings import NOTHING, Findings, each_once
from refcheck.cloud.schemas.rule import Rule, Rules
from refcheck.cloud.schemas.shape import FORMATS, OCTETS, Shape

_MICROVERSION: Final = re.compile(r"\b\d{1,4}\.\d{1,4}$")
_MOST: Final = 100
"""Findings of one answer that are told; an answer may hold a million."""
_SERVICES: Final[Mapping[str, tuple[tuple[Rule, ...], str]]] = {
    "identity": (identity.RULES, "3.0"),
    "image": (image.RULES, "2.0"),
    "network": (network.RULES, "2.0"),
    "block-storage": (block_storage.RULES, "3.0"),
    "compute": (compute.RULES, "2.1"),
    "object-store": (object_storage.RULES, "1.0"),
}
"""Service type to its rules and the microversion it speaks when none is asked for."""


def check(kind: str, method: str, path: str, microversion: str | None, answer: Answer) -> Findings:
    """Hold one answer against the rules of its service.

    A success that no rule names by its status is not judged: which status a call must have is
    for the test to say.

    Args:
        kind: service type, such as "block-storage".
        path: as `rule.Rule.path` writes it, with the real ids.
        microversion: that was asked for; None when none was.
    """
    rules = _rules(kind)
    spoken = _latest_of(answer) if microversion == "latest" else microversion
    candidates = rules.find(method, path, spoken) if rules else ()
    is_refused = answer.status >= 400
    if is_refused and (not candidates or path.endswith("/")):
        # The API has no such call, or no such one without an id: refusing is all it can do.
        return NOTHING
    if not candidates:
        return Findings(unknown=(f"{kind} {method} {path}",))
    if is_refused:
        return _of_refusal(kind, candidates[0], answer)
    for rule in candidates:
        if answer.status in rule.statuses:
            return _of_headers(answer, rule) | _of_body(answer, rule)
    return NOTHING


def _latest_of(answer: Answer) -> str:
    """The microversion that "latest" came to, which the answer tells."""
    told = _MICROVERSION.search(answer.headers.get("openstack-api-version", ""))
    return told[0] if told else "latest"


def _of_refusal(kind: str, rule: Rule, answer: Answer) -> Findings:
    if rule.method == "HEAD" or not fault.is_promised(kind, answer.status):
        return NOTHING
    call = f"{rule.method} {rule.path} answered {answer.status} with"
    return _of_json(answer.content, _fault_validator(kind), call)


def _of_body(answer: Answer, rule: Rule) -> Findings:
    call = f"{rule.method} {rule.path} answered"
    is_json = "json" in answer.headers.get("content-type", "")
    if rule.body is OCTETS or rule.method == "HEAD" or (rule.or_plain and not is_json):
        return NOTHING
    if rule.body is None:
        # Some releases write "202 Accepted" as text there, which no client looks at.
        if is_json and answer.content.strip() not in (b"", b"{}", b"null"):
            return Findings(faults=(f"{call} a body where the API has none",))
        return NOTHING
    return _of_json(answer.content, _body_validator(rule), call)


def _of_json(content: bytes, validator: Draft202012Validator, call: str) -> Findings:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return Findings(faults=(f"{call} no JSON ({len(content)} bytes)",))
    try:
        return _compare(document, validator, call)
    except ValueError:
        what = "JSON that nests too deep or holds half of a surrogate pair"
        return Findings(faults=(f"{call} {what}",))


def _of_headers(answer: Answer, rule: Rule) -> Findings:
    if not rule.headers and not rule.optional_headers:
        return NOTHING
    # The validator wants a plain dictionary.
    return _compare(
        dict(answer.headers),
        _header_validator(rule),
        f"{rule.method} {rule.path} answered the header",
    )


def _compare(value: object, validator: Draft202012Validator, call: str) -> Findings:
    if validator.is_valid(value):
        return NOTHING
    faults: list[str] = []
    extras: list[str] = []
    for error in _told_apart(validator.iter_errors(value)):
        match error.kind:
            case ValidationErrorKind.AdditionalProperties(unexpected):
                extras += (wording.place([*error.instance_path, name]) for name in unexpected)
            case ValidationErrorKind.Required(name):
                faults.append(f"{call} without `{wording.place([*error.instance_path, name])}`")
            case _:
                place = wording.place(error.instance_path)
                faults.append(f"{call} {f'`{place}`: ' if place else ''}{wording.words(error)}")
    return Findings(each_once(faults)[:_MOST], each_once(extras)[:_MOST])


def _told_apart(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The same errors; one about alternatives becomes those of the alternative that was meant."""
    for error in errors:
        match error.kind:
            case ValidationErrorKind.AnyOf(branches):
                best = min(branches, key=lambda branch: _distance(branch, error))
                # When the whole value fits no alternative, none was meant.
                is_far = any(_distance(best, error)[:2])
                yield from (error,) if is_far else _told_apart(best)
            case _:
                yield error


def _distance(branch: list[ValidationError], error: ValidationError) -> tuple[bool, bool, int, int]:
    """Sorts the alternative that fits best first: undeclared properties weigh least."""
    kinds = [inner.kind for inner in branch]
    extras = [kind for kind in kinds if isinstance(kind, ValidationErrorKind.AdditionalProperties)]
    return (
        _is_whole(branch, error, ValidationErrorKind.Type),
        _is_whole(branch, error, ValidationErrorKind.Enum),
        len(kinds) - len(extras),
        sum(len(kind.unexpected) for kind in extras),
    )


def _is_whole(
    branch: list[ValidationError], error: ValidationError, kind: type[ValidationErrorKind]
) -> bool:
    """Whether an alternative fails by the whole value, in that way."""
    return any(
        isinstance(inner.kind, kind) and inner.instance_path == error.instance_path
        for inner in branch
    )


@cache
def _rules(kind: str) -> Rules | None:
    known = _SERVICES.get(kind)
    return Rules.of(known[0], base=known[1]) if known else None


@cache
def _body_validator(rule: Rule) -> Draft202012Validator:
    return _validator(rule.body or {})


@cache
def _header_validator(rule: Rule) -> Draft202012Validator:
    required, optional = rule.headers or {}, rule.optional_headers or {}
    return _validator({"properties": {**optional, **required}, "required": list(required)})


@cache
def _fault_validator(kind: str) -> Draft202012Validator:
    return _validator(fault.FAULTS[kind])


def _validator(shape: Shape) -> Draft202012Validator:
    return Draft202012Validator(
        dict(shape), formats=dict(FORMATS), validate_formats=True, mask=wording.MASK
    )
