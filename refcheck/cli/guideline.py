"""`refcheck guideline`: read, check, compare and change guidelines; its commands are beside it."""

from __future__ import annotations

import click

from refcheck.cli.guideline_check import check_against, diff, lint
from refcheck.cli.guideline_flag import flag, unflag
from refcheck.cli.guideline_gap import gap
from refcheck.cli.guideline_show import list_, show
from refcheck.cli.guideline_simulate import simulate
from refcheck.cli.guideline_tests import score, test_list


@click.group()
def guideline() -> None:
    """Read, check, compare and change guidelines.

    A guideline is given by its id (see `refcheck guideline list`), by the path of a file, or by
    an address with the digest of its bytes: https://.../x.json#sha256=...
    """


_COMMANDS = (
    *(list_, show, lint, diff, check_against, gap, score, simulate, test_list),
    *(flag, unflag),
)

for _command in _COMMANDS:
    guideline.add_command(_command)
