"""The capability tests themselves: where they are, which ids they cover, and their digest."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import refcheck

_MARK = "idempotent_id"


def folder() -> Path:
    """The folder of capability tests: in the wheel, or beside the package in a checkout."""
    package = Path(refcheck.__file__).parent
    installed = package / "_capabilities"
    return installed if installed.is_dir() else package.parent / "capabilities"


def digest(suite: Path) -> str:
    """SHA-256 over the paths and contents of all test files: shows that none was changed."""
    whole = hashlib.sha256()
    for file in sorted(suite.rglob("*.py")):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{file.relative_to(suite).as_posix()} {content}\n".encode())
    return whole.hexdigest()


@cache
def implemented(suite: Path) -> Mapping[str, str]:
    """Idempotent id → place (`compute/test_flavors_list.py::test_…`) of every test there is.

    Read from the source, without importing it: as fast as it gets, and the same in every process.
    """
    return {
        one.id: f"{one.file.parent.name}/{one.file.name}::{one.node.name}"
        for one in functions(suite)
    }


@dataclass(frozen=True, slots=True)
class Function:
    """The source of one test.

    Attributes:
        about: first line of its file's docstring.
    """

    id: str
    file: Path
    node: ast.FunctionDef
    about: str


def functions(suite: Path) -> Iterator[Function]:
    """The source of every test there is, by file and line."""
    for file in sorted(suite.rglob("test_*.py")):
        module = ast.parse(file.read_bytes())
        about = (ast.get_docstring(module) or "").partition("\n")[0]
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                for test_id in _ids(node):
                    yield Function(test_id, file, node, about)


def place(nodeid: str) -> str:
    """A pytest node id, from whichever root, as a place of `implemented`."""
    path, _, function = nodeid.partition("::")
    return "/".join(path.split("/")[-2:]) + "::" + function.partition("[")[0]


def _ids(function: ast.FunctionDef) -> list[str]:
    return [
        str(mark.args[0].value)
        for mark in function.decorator_list
        if isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Name)
        and mark.func.id == _MARK
        and mark.args
        and isinstance(mark.args[0], ast.Constant)
    ]
