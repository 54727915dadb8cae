"""`python -m tests.bench`: print every figure."""

from __future__ import annotations

from tests.bench import commands, in_process, journal, reports

for part in (in_process, journal, commands, reports):
    for figure in part.figures():
        print(figure.line(), flush=True)
