"""Waivers: scoped, dated exceptions, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refcheck.errors import BadInput
from refcheck.guideline.model import Test
from refcheck.result.names import bare_id


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exception, for one product under one guideline.

    Attributes:
        guideline: id of the guideline it belongs to.
        product: the product it was granted to.
        capability: name of the waived capability, or "".
        test: id or name of the waived test, or "". With a capability too, both must fit.
        reason: why it was granted.
        public: the text that is published with every verdict that uses it.
        approver: who granted it.
        expires: from this moment it does nothing; with its time zone.
    """

    guideline: str
    product: str
    capability: str
    test: str
    reason: str
    public: str
    approver: str
    expires: datetime

    def __post_init__(self) -> None:
        """Refuse a waiver without a scope or without an end.

        Raises:
            BadInput: when it names neither capability nor test, or its end has no time zone.
        """
        if not (self.guideline and self.product and (self.capability or self.test)):
            raise BadInput(
                "a waiver must name its guideline, its product, and a capability or a test",
                next_step="Complete the waiver.",
            )
        if self.expires.tzinfo is None:
            raise BadInput("a waiver's expiry has no time zone", next_step="Write it in UTC.")

    def covers(self, *, guideline: str, product: str | None, capability: str, test: Test) -> bool:
        """Whether the scope takes in this test, in this capability, of this product."""
        return (
            self.guideline == guideline
            and self.product == product
            and self.capability in ("", capability)
            and (not self.test or self._names(test))
        )

    def _names(self, test: Test) -> bool:
        waived = bare_id(self.test)
        return waived == test.id if waived else self.test == test.name
