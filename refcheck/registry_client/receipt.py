"""What a registry answers to a result, and what that means for the sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from refcheck.errors import RegistryRefused, RegistryUnreachable

_ABOUT_THE_DOCUMENT = frozenset({413, 415, 422})
_BAD_REQUEST = 400
_GIVE_ANOTHER = "Give another result: the registry will refuse these bytes again."


@dataclass(frozen=True, slots=True)
class ProgramVerdict:
    """The registry's verdict on one program."""

    target: str
    title: str
    qualifies: bool
    capability_rule: str
    designated_code_rule: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the registry answered.

    Attributes:
        already_there: the registry had this very result before; it then repeats no verdicts.
        url: of the page of the result; `cloud_url` and `badge_url` are "" when it was there.
    """

    id: str
    url: str
    cloud_url: str = ""
    badge_url: str = ""
    verdicts: tuple[ProgramVerdict, ...] = ()
    already_there: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; `location` is where a redirect points to."""

    status: int
    body: Mapping[str, Any]
    location: str


def receipt_of(answer: Answer, address: str, step: Callable[[str], str]) -> Receipt:
    """What was stored.

    Args:
        answer: the registry's.
        address: that was asked, for messages.
        step: makes a next step that says how to try again, from advice that may be empty.

    Raises:
        RegistryRefused: the answer is a no, or not a registry's.
        RegistryUnreachable: the registry is broken at the moment.
    """
    if answer.status == 201:
        return _accepted(answer, address, step)
    if answer.status == 409 and _text(answer.body.get("url")):
        return Receipt(
            _text(answer.body.get("id")), _text(answer.body.get("url")), already_there=True
        )
    raise refusal(answer, address, step)


def refusal(answer: Answer, address: str, step: Callable[[str], str]) -> RegistryUnreachable:
    """Why the registry did not do what it was asked; see `receipt_of` for the arguments."""
    if 300 <= answer.status < 400:
        return RegistryRefused(
            f"answers with a redirect to {_text(answer.location)!r}; the token was not sent there",
            where=address,
            next_step=step("If you trust that address, give it with --registry."),
        )
    if answer.status >= 500:
        return RegistryUnreachable(
            f"is broken at the moment ({answer.status})" + _said(answer),
            where=address,
            next_step=step(""),
        )
    return _refusal(answer, address, step)


def _refusal(answer: Answer, address: str, step: Callable[[str], str]) -> RegistryRefused:
    error = answer.body.get("error")
    fault = _text(error.get("fault")) if isinstance(error, dict) else ""
    if not isinstance(error, dict) or not fault:
        return _no_registry(answer.status, address, step)
    path, advice = _text(error.get("path")), _text(error.get("next_step"))
    again = not _is_about_the_document(answer.status, path)
    return RegistryRefused(
        f"refused it ({answer.status}): {path + ' ' if path else ''}{fault}",
        where=address,
        next_step=step(advice) if again else advice or _GIVE_ANOTHER,
    )


def _is_about_the_document(status: int, path: str) -> bool:
    """Whether the result itself was refused: a bad request without a path is about the sending."""
    return status in _ABOUT_THE_DOCUMENT or (status == _BAD_REQUEST and bool(path))


def _no_registry(status: int, address: str, step: Callable[[str], str]) -> RegistryRefused:
    return RegistryRefused(
        f"this does not look like a refcheck registry (status {status})",
        where=address,
        next_step=step("Check that this is the address of a registry."),
    )


def _said(answer: Answer) -> str:
    error = answer.body.get("error")
    fault = _text(error.get("fault")) if isinstance(error, dict) else ""
    return f": {fault}" if fault else ""


def _accepted(answer: Answer, address: str, step: Callable[[str], str]) -> Receipt:
    body = answer.body
    try:
        return Receipt(
            id=_text(body["id"]),
            url=_text(body["url"]),
            cloud_url=_text(body["cloud_url"]),
            badge_url=_text(body["badge_url"]),
            verdicts=tuple(
                ProgramVerdict(
                    target=_text(one["target"]),
                    title=_text(one.get("title")) or _text(one["target"]),
                    qualifies=one["qualifies"] is True,
                    capability_rule=_text(one["capability_rule"]),
                    designated_code_rule=_text(one["designated_code_rule"]),
                    mark=_text(one["mark"]) or None,
                )
                for one in body["verdicts"]
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _no_registry(answer.status, address, step) from error


def _text(value: object) -> str:
    """Text of the registry's as it may be printed on a terminal: no control characters."""
    return (
        "".join(letter for letter in value if letter.isprintable())
        if isinstance(value, str)
        else ""
    )
