"""Which waivers are in force at the time of judging, for the product that is judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from refcheck.guideline.model import Test
from refcheck.verdict.listing import Listed
from refcheck.verdict.waiver import Waiver


class Exceptions:
    """The waivers of one judging; `expired` are those of the product that have run out."""

    def __init__(self, waivers: Iterable[Waiver], product: str | None, at: datetime) -> None:
        everything = sorted(waivers, key=_order)
        self._active = [waiver for waiver in everything if waiver.expires > at]
        self.expired = tuple(
            waiver for waiver in everything if waiver.expires <= at and waiver.product == product
        )
        self._product = product

    def __bool__(self) -> bool:
        """Whether any waiver is in force."""
        return bool(self._active)

    def covering(self, one: Listed, test: Test) -> Waiver | None:
        """The waiver in force for a test of a capability; the one that lasts longest of several."""
        for waiver in self._active:
            if waiver.covers(
                guideline=one.home.id, product=self._product, capability=one.name, test=test
            ):
                return waiver
        return None

    def notices(self) -> tuple[str, ...]:
        """One sentence for each waiver of this product that has expired."""
        return tuple(
            f"the waiver for {waiver.test or waiver.capability} expired on "
            f"{waiver.expires.date().isoformat()} and does nothing"
            for waiver in self.expired
        )


def _order(waiver: Waiver) -> tuple[float, str, str, str, str, str]:
    """Latest expiry first; the rest makes the choice independent of the order given."""
    return (
        -waiver.expires.timestamp(),
        waiver.capability,
        waiver.test,
        waiver.approver,
        waiver.public,
        waiver.reason,
    )
