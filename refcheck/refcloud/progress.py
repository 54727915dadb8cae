"""What refcloud tells while it works; the command line shows it, tests ignore it."""

from typing import Protocol


class Progress(Protocol):
    """Hears of work that begins, of work that ended, and of remarkable facts."""

    def begins(self, what: str) -> None:
        """Work that may take a while begins."""

    def ends(self, what: str, seconds: float) -> None:
        """Something was reached, `seconds` after its beginning."""

    def note(self, text: str) -> None:
        """Tell a fact worth a line."""


class Silent:
    """Tells nobody."""

    def begins(self, what: str) -> None:
        """Say nothing."""

    def ends(self, what: str, seconds: float) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
