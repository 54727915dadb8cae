"""Whether and how a cloud's guests can be logged in to: found out, or told in `clouds.yaml`.

clouds:
  mine:
    auth: …
    refcheck:
      guests: false              # nobody shall try, or can
      guest_user: cirros         # else what the image says, or its name suggests
      guest_port: 22
      guest_from: 192.0.2.0/24   # where we come from, as the guests see it
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from refcheck.cloud.signals import HarnessFault
from refcheck.errors import CloudConfigFault

SSH = 22
_LAST_PORT = 65535
_USERS = {
    "cirros": "cirros",
    "debian": "debian",
    "ubuntu": "ubuntu",
    "fedora": "fedora",
    "centos": "cloud-user",
    "rhel": "cloud-user",
    "rocky": "rocky",
    "almalinux": "almalinux",
    "opensuse": "opensuse",
    "alpine": "alpine",
    "flatcar": "core",
}
"""Part of an image's name or distribution → whom its guests know, as those who make it say."""


def guest_fact(
    cloud: str,
    told: object,
    image: Mapping[str, Any],
    external: object,
    user: str = "",
    alt: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """How to log in to a guest of the image that servers are made from.

    Args:
        cloud: its name in clouds.yaml, for messages.
        told: what clouds.yaml says under `refcheck`.
        external: the external network that was found, if any.
        user: named on the command line.
        alt: another image that servers are made from or rebuilt to.

    Returns:
        `user`, `port`, `from` ("" for where we seem to come from), `user_is`: how sure the user
        is, "named" or "suggested" (by the image's name), and `images`: the ids of those whose
        guests know the user.

    Raises:
        HarnessFault: nobody can log in, and why.
        CloudConfigFault: what clouds.yaml says makes no sense.
    """
    own = _checked(cloud, told)
    if not own.get("guests", True):
        raise HarnessFault(
            "configuration: clouds.yaml says that guests of this cloud cannot be logged in to"
        )
    if not external:
        raise HarnessFault(
            "configuration: the project sees no external network, so there is no way to a"
            " guest; ask the operator to share one"
        )
    named = user or own.get("guest_user") or image.get("os_admin_user")
    suggested = _suggested(image)
    if not named and not suggested:
        raise HarnessFault(
            f"configuration: nothing tells whom guests of the image {image.get('name')!r} know;"
            " name the user with --guest-user"
        )
    known = named or suggested
    alike = alt is not None and known == (alt.get("os_admin_user") or _suggested(alt))
    return {
        "user": known,
        "user_is": "named" if named else "suggested",
        "port": int(own.get("guest_port", SSH)),
        "from": own.get("guest_from", ""),
        "images": [one["id"] for one in (image, alt if alike else None) if one],
    }


def _suggested(image: Mapping[str, Any]) -> str:
    """Whom the guests of an image know, by its name; "" when that tells nothing."""
    return next((name for part, name in _USERS.items() if part in _words(image)), "")


def _words(image: Mapping[str, Any]) -> str:
    return f"{image.get('os_distro') or ''} {image.get('name') or ''}".lower()


def _checked(cloud: str, told: object) -> Mapping[str, Any]:
    """What clouds.yaml says, made sure to be sound."""
    sound = {
        "guests": lambda value: isinstance(value, bool),
        "guest_user": lambda value: isinstance(value, str) and value,
        "guest_port": _is_port,
        "guest_from": _is_network,
    }
    own = told if told is not None else {}
    if not isinstance(own, Mapping):
        raise _wrong(cloud, f"`refcheck` is {own!r:.50}, not a mapping")
    for key, value in own.items():
        if key not in sound:
            raise _wrong(cloud, f"`refcheck` has {key!r}; it may have {', '.join(sound)}")
        if not sound[key](value):
            raise _wrong(cloud, f"`{key}` under `refcheck` is {value!r:.50}")
    return own


def _is_port(value: object) -> bool:
    # The SDK hands numbers on as text.
    text = str(value)
    return text.isascii() and text.isdecimal() and 0 < int(text) <= _LAST_PORT


def _is_network(value: object) -> bool:
    try:
        ipaddress.IPv4Network(value)
    except ValueError:
        return False
    return isinstance(value, str)


def _wrong(cloud: str, fault: str) -> CloudConfigFault:
    return CloudConfigFault(
        f"its entry in clouds.yaml is wrong: {fault}",
        where=cloud,
        next_step="Mend the entry; docs/how-to/guests.md describes what may be there.",
    )
