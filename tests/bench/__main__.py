"""`python -m tests.bench`: print every figure."""

from __future__ import annotations

from tests.bench import commands, in_process

for part in (in_process, commands):
    for figure in part.figures():
        print(figure.line(), flush=True)
