"""The entries of a clouds.yaml that describe a cloud, and how they get into a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from refcheck.errors import BadInput
from refcheck.refcloud import ports
from refcheck.refcloud.settings import Settings

# entry, user, project
_ENTRIES = (
    ("refcloud", "demo", "demo"),
    ("refcloud-alt", "alt", "alt"),
    ("refcloud-admin", "admin", "admin"),
)


def default_file() -> Path:
    """Where a user's clouds.yaml is."""
    return Path.home() / ".config" / "openstack" / "clouds.yaml"


def content(settings: Settings) -> dict[str, Any]:
    """Return a clouds.yaml with an entry for each user."""
    return {"clouds": {entry: _entry(settings, *who) for entry, *who in _ENTRIES}}


def _entry(settings: Settings, user: str, project: str) -> dict[str, Any]:
    return {
        "auth": {
            "auth_url": settings.identity_url,
            "username": user,
            "password": settings.passwords[user],
            "project_name": project,
            "user_domain_name": "Default",
            "project_domain_name": "Default",
        },
        "region_name": "RegionOne",
        "identity_api_version": "3",
        "interface": "public",
        "refcheck": _guests(settings),
    }


def _guests(settings: Settings) -> dict[str, Any]:
    """What refcheck has to know to log in to a guest of this cloud."""
    if not ports.reaches_floating_ips():
        return {"guests": False}
    return {"guest_port": settings.ports["guest"]}


def dump(clouds: Mapping[str, Any]) -> str:
    """Return it as YAML text."""
    return yaml.safe_dump(dict(clouds), sort_keys=False)


def write(file: Path, text: str) -> None:
    """Write a file whole or not at all, for its owner's eyes only unless it was there before."""
    file = file.resolve()  # a link stays a link
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, mode), "w") as out:
            out.write(text)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def merge(file: Path, clouds: Mapping[str, Any]) -> None:
    """Put our entries into a clouds.yaml, keeping every other entry and the file's comments.

    Raises:
        BadInput: the file is there and is not a clouds.yaml.
    """
    text = file.read_text() if file.exists() else ""
    write(file, merged(text, clouds, where=str(file)))


def merged(text: str, clouds: Mapping[str, Any], *, where: str) -> str:
    """Return the text of a clouds.yaml with our entries in it.

    Raises:
        BadInput: the text is not a clouds.yaml.
    """
    wanted = _read(text, where)
    ours = clouds["clouds"]
    wanted["clouds"] = {**(wanted.get("clouds") or {}), **ours}
    edited = _edited(text, ours)
    # The edit of the text is only for the comments' sake; what it means decides.
    if edited is not None and _means(edited, wanted):
        return edited
    return dump(wanted)


def _read(text: str, where: str) -> dict[str, Any]:
    try:
        known = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise _bad(where, "it is not YAML: " + " ".join(str(error).split())) from error
    if not isinstance(known, dict) or not isinstance(known.get("clouds") or {}, dict):
        raise _bad(where, "it is not a clouds.yaml: a mapping with `clouds` in it")
    return known


def _bad(where: str, fault: str) -> BadInput:
    return BadInput(
        fault, next_step="Correct the file, or name another one with --merge FILE.", where=where
    )


def _means(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.safe_load(text) == wanted)
    except yaml.YAMLError:
        return False


def _edited(text: str, ours: Mapping[str, Any]) -> str | None:
    """Return the text with the entries replaced in place, None if its form does not allow that."""
    clouds = _clouds_node(text)
    if clouds is None:
        return None
    lines = text.splitlines(keepends=True)
    indent = clouds.start_mark.column
    for key, value in reversed(clouds.value):
        if key.value in ours:
            del lines[key.start_mark.line : _last_line(value) + 1]
    block = dump(dict(ours)).splitlines(keepends=True)
    lines[clouds.start_mark.line : clouds.start_mark.line] = [" " * indent + line for line in block]
    return "".join(lines)


def _last_line(node: yaml.Node) -> int:
    """Return the last line with something of the node on it (a block's own mark lies beyond)."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    return int(node.end_mark.line)


def _clouds_node(text: str) -> yaml.MappingNode | None:
    """Return the block mapping under `clouds`, if the text has one."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if key.value == "clouds" and isinstance(value, yaml.MappingNode) and not value.flow_style:
            return value
    return None
