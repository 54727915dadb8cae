"""A result as people name it: a file of any form, or the folder of a run."""

from __future__ import annotations

from pathlib import Path

from refcheck.result.folding import to_result
from refcheck.result.journal import read_journal
from refcheck.result.load import Form, Loaded, load_file


def load_named(path: Path) -> Loaded:
    """A result; of a run that wrote none, what its journal says.

    Raises:
        BadResult: missing, unreadable, or of no known form.
    """
    if not path.is_dir():
        return load_file(path)
    if (path / "result.json").is_file():
        return load_file(path / "result.json")
    result = to_result(read_journal(path / "journal.sqlite"))
    notice = "the run wrote no result: this is what its journal says"
    return Loaded(Form.SIGNED, result.outcomes, result, notices=(notice,))
