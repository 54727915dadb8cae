"""What one can choose to be told of."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Topic(StrEnum):
    """A sort of news."""

    RESULTS = "results"
    """Results that came in, are shared, or are judged otherwise than before."""
    MARKS = "marks"
    """Claims that were published and taken back."""
    REVIEW = "review"
    """Submissions, and what became of them."""
    VENDOR = "vendor"
    """Approval, members, invitations and webhooks of a vendor."""
    SECURITY = "security"
    """Keys, tokens, passwords and roles of an account."""

    @property
    def words(self) -> str:
        """What it is, for people."""
        return _WORDS[self]


_WORDS = {
    Topic.RESULTS: "results that came in, are shared, or are judged otherwise than before",
    Topic.MARKS: "claims that were published and taken back",
    Topic.REVIEW: "submissions, and what became of them",
    Topic.VENDOR: "approval, members, invitations and webhooks of your vendors",
    Topic.SECURITY: "keys, tokens, passwords and roles of your account",
}


def as_text(topics: Iterable[Topic]) -> str:
    """As a row keeps them."""
    return " ".join(sorted(set(topics)))


def of_text(text: str) -> frozenset[Topic]:
    """What a row keeps; a word of another version is nothing."""
    known = {str(topic): topic for topic in Topic}
    return frozenset(known[word] for word in text.split() if word in known)
