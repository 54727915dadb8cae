"""What a run would decide on a cloud, seen before it starts and without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refcheck.cloud.connection import Cloud, connect
from refcheck.cloud.discovery import Overrides
from refcheck.cloud.site import Site, look
from refcheck.errors import CloudConfigFault
from refcheck.guideline import library
from refcheck.guideline.model import Guideline, Status
from refcheck.plugin import catalogue
from refcheck.plugin.catalogue import Card
from refcheck.plugin.forecast import Forecast, Forecaster
from refcheck.plugin.identities import Others, settle
from refcheck.plugin.narrowing import Narrowing, narrow
from refcheck.plugin.preflight import narrow_there
from refcheck.plugin.selection import select
from refcheck.result.events import Selected


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which cloud, by whom, against what. As `refcheck.plugin.preflight.Plan`."""

    os_cloud: str | None
    guideline: str
    target: str
    overrides: Overrides = Overrides()  # noqa: RUF009 - frozen
    os_cloud_alt: str | None = None
    os_cloud_admin: str | None = None
    narrowing: Narrowing = Narrowing()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer.

    Attributes:
        cards: idempotent id → what is known of the test, of those that the suite has.
        forecasts: one for every test that the run would have to account for, but for those that
            it is told to leave out.
        left_out: these.
    """

    question: Question
    guideline: Guideline
    cloud: Cloud
    others: Others
    site: Site
    cards: Mapping[str, Card]
    forecasts: tuple[Forecast, ...]
    left_out: tuple[Selected, ...] = ()

    @property
    def undecided(self) -> tuple[Forecast, ...]:
        """The tests that something stands in the way of."""
        return tuple(one for one in self.forecasts if one.obstacle)

    @property
    def cards_to_run(self) -> tuple[Card, ...]:
        """The tests that will be decided."""
        return tuple(self.cards[one.test.id] for one in self.forecasts if not one.obstacle)

    def by_component(self) -> dict[str, tuple[Forecast, ...]]:
        """Component of the target → its tests; a test that two of them count is in both."""
        by_id = {one.test.id or one.test.name: one for one in self.forecasts}
        found = {}
        for ref in self.guideline.programs[self.question.target].components:
            component = self.guideline.components.get(ref.name)
            if component is None:
                continue
            tests = (
                test.id or test.name
                for status, names in component.capabilities.items()
                if status is not Status.REMOVED
                for name in names
                if name in self.guideline.capabilities
                for test in self.guideline.capabilities[name].tests
            )
            found[ref.name] = tuple(by_id[test] for test in dict.fromkeys(tests) if test in by_id)
        return found


def selection(question: Question) -> tuple[Guideline, Mapping[str, Card], tuple[Selected, ...]]:
    """The part that needs no cloud, with its errors."""
    guideline = library.load(question.guideline)
    cards = {card.id: card for card in catalogue.cards(guidelines=())}
    selected = select(guideline, question.target, set(cards))
    return guideline, cards, narrow(selected, question.narrowing, guideline)


def outlook(question: Question) -> Outlook:
    """Ask the cloud, and say of every test whether it will be decided.

    Raises:
        RefcheckError: whatever stands in the way of asking, with the next step.
    """
    guideline, cards, selected = selection(question)
    if not question.os_cloud:
        raise CloudConfigFault(
            "no cloud is named", next_step="Name one of your clouds.yaml with --os-cloud."
        )
    cloud = connect(question.os_cloud)
    second = connect(question.os_cloud_alt, cloud) if question.os_cloud_alt else None
    others = settle(cloud, second, question.os_cloud_admin)
    site = look(cloud, question.overrides)
    forecaster = Forecaster(site, others, rescopes=_rescopes(cloud))
    selected, _ = narrow_there(selected, question.narrowing, site.facts.found)
    left_out = tuple(test for test in selected if test.left_out)
    forecasts = tuple(
        forecaster.of(test, cards.get(test.id)) for test in selected if not test.left_out
    )
    return Outlook(question, guideline, cloud, others, site, cards, forecasts, left_out)


def _rescopes(cloud: Cloud) -> bool:
    """Whether a token of these credentials can be turned into one for something else.

    Tokens of application credentials cannot (api-ref: "Application credentials").
    """
    return "applicationcredential" not in str(cloud.region.config.get("auth_type"))
