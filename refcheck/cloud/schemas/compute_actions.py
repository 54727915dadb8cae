"""Actions on a server, and the record of them.

API reference: Compute API v2.1, "Servers - run an action (servers, action)" and "Servers actions
(servers, os-instance-actions)".
"""

from __future__ import annotations

from typing import Final

from refcheck.cloud.schemas.microversions import Change, rules_through
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    LINKS,
    OWNER,
    TEXT,
    TIME,
    URL,
    UUID,
    Shape,
    list_of,
    nullable,
    obj,
)

_ACTION: Final = "/servers/{server_id}/action"
_SILENT: Final = (
    "addSecurityGroup",
    "changePassword",
    "forceDelete",
    "lock",
    "os-start",
    "os-stop",
    "pause",
    "reboot",
    "removeSecurityGroup",
    "resize",
    "restore",
    "resume",
    "revertResize",
    "shelve",
    "shelveOffload",
    "suspend",
    "unlock",
    "unpause",
    "unrescue",
    "unshelve",
)
"""Actions that are accepted without a word."""

_EVENT: Final[dict[str, Shape]] = {
    "event": TEXT,
    "start_time": TIME,
    "finish_time": nullable(TIME),
    "result": nullable(TEXT),
}
_TRACEBACK: Final[dict[str, Shape]] = {"traceback": nullable(TEXT)}
_EVENTS: Final = list_of(obj(_EVENT, _TRACEBACK))
_EVENTS_2_62: Final = list_of(obj({**_EVENT, "hostId": TEXT}, {**_TRACEBACK, "host": TEXT}))
_EVENTS_2_84: Final = list_of(
    obj({**_EVENT, "hostId": TEXT}, {**_TRACEBACK, "host": TEXT, "details": nullable(TEXT)})
)
_TAKEN: Final[dict[str, Shape]] = {
    "action": TEXT,
    "instance_uuid": UUID,
    "message": nullable(TEXT),
    "project_id": nullable(OWNER),
    "request_id": TEXT,
    "start_time": TIME,
    "user_id": nullable(OWNER),
}
_2_58: Final[dict[str, Shape]] = {"updated_at": nullable(TIME)}
_LISTED: Final = (Change("", _TAKEN), Change("2.58", _2_58))
_SHOWN: Final = (
    # Only operators see the events before 2.51.
    Change("", _TAKEN, {"events": _EVENTS}),
    Change("2.51", {"events": _EVENTS}),
    Change("2.58", _2_58),
    Change("2.62", {"events": _EVENTS_2_62}),
    Change("2.84", {"events": _EVENTS_2_84}),
)


def _page(action: Shape) -> Shape:
    return obj({"instanceActions": list_of(action)}, {"links": LINKS})


RULES: Final[tuple[Rule, ...]] = (
    *(Rule("POST", f"{_ACTION}#{name}", (202,), None) for name in _SILENT),
    Rule("POST", f"{_ACTION}#confirmResize", (204,), None),
    Rule("POST", f"{_ACTION}#createImage", (202,), None, headers={"location": URL}, until="2.44"),
    Rule("POST", f"{_ACTION}#createImage", (202,), obj({"image_id": UUID}), since="2.45"),
    Rule("POST", f"{_ACTION}#os-getConsoleOutput", (200,), obj({"output": TEXT})),
    Rule("POST", f"{_ACTION}#rescue", (200,), obj({}, {"adminPass": TEXT})),
    *rules_through("GET", "/servers/{server_id}/os-instance-actions", (200,), _LISTED, _page),
    *rules_through(
        "GET",
        "/servers/{server_id}/os-instance-actions/{request_id}",
        (200,),
        _SHOWN,
        lambda action: obj({"instanceAction": action}),
    ),
)
