"""`refcheck verify-tree`: is a published tree whole, and as its registry signed it?"""

from __future__ import annotations

from pathlib import Path

import click

from refcheck.cli.registry_keys import registry_keys
from refcheck.errors import BadInput, BadSignature, ExitCode


@click.command("verify-tree")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@registry_keys
def verify_tree(folder: Path, key_files: tuple[Path, ...]) -> int:
    """Compare every file below FOLDER, a published tree or a copy of one, with its signed index.

    The exit code is 0 when all files are there as they were published and no others, else 1.
    """
    from refcheck.claim.tree import FILE, read_tree, tree_faults
    from refcheck.report.printable import plain
    from refcheck.result.signing import read_public_key

    keys = [read_public_key(file) for file in key_files]
    index = folder / FILE
    try:
        tree = read_tree(index.read_bytes(), keys, where=str(index))
    except OSError as error:
        raise BadInput(
            f"cannot be read ({error.strerror})",
            where=str(index),
            next_step="Give the folder that `refcheck registry publish` wrote, or a copy of it.",
        ) from error
    except BadSignature as error:
        click.echo(f"not as published: {plain(str(error))}")
        return ExitCode.DOES_NOT_QUALIFY
    faults = list(tree_faults(folder, tree))
    for fault in faults:
        click.echo(plain(fault))
    if faults:
        click.echo(f"not as published: {len(faults)} files")
        return ExitCode.DOES_NOT_QUALIFY
    click.echo(
        f"whole: {len(tree.files)} files as published on {tree.published:%Y-%m-%d %H:%M} UTC"
    )
    return ExitCode.DONE
