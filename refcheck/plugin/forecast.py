"""Whether a test will be decided on a cloud, and if not, why and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from refcheck.cloud.demand import demand
from refcheck.cloud.site import Site, Trouble
from refcheck.plugin.calls import Recorded
from refcheck.plugin.catalogue import Card
from refcheck.plugin.identities import Others
from refcheck.plugin.needs import (
    ADMINISTRATOR,
    ANOTHER_TOKEN,
    EXTENSION,
    FACT_OF,
    FEATURE,
    GUEST,
    SECOND_IDENTITY,
)
from refcheck.result.events import Selected
from refcheck.result.outcome import Outcome

_TO_GIVE = {
    "image": "Upload a small image, or name one with --image.",
    "flavor": "Ask the operator for a flavor, or name one with --flavor.",
    "second image": "Upload a second small image.",
    "second flavor": "Ask the operator for a second flavor, of another size.",
    "external network": "Ask the operator to share an external network with the project.",
    GUEST: "docs/how-to/guests.md says what it takes to log in to a guest.",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a test.

    Attributes:
        outcome: that the test will end with.
        kind: `suite`, `service`, `network`, `credentials`, `configuration`, `quota` or `guest`.
    """

    outcome: Outcome
    kind: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """One test; without an obstacle it will be decided."""

    test: Selected
    obstacle: Obstacle | None


class Forecaster:
    """Knows a cloud, and whom we may act as.

    Args:
        rescopes: whether our token can be turned into one for another project.
    """

    def __init__(self, site: Site, others: Others, *, rescopes: bool) -> None:
        self._site = site
        self._others = others
        self._rescopes = rescopes

    def of(self, test: Selected, card: Card | None) -> Forecast:
        """The first thing that stands in the way of a test, if any; the gravest comes first."""
        if card is None:
            return Forecast(test, _no_test())
        return Forecast(test, next(self._obstacles(test, card), None))

    def _obstacles(self, test: Selected, card: Card) -> Iterator[Obstacle]:
        for service in dict.fromkeys((test.service, *card.services)):
            yield from self._of_service(service)
        for need in card.needs:
            yield from self._of_credentials(need)
            yield from self._of_things(need)
            yield from self._of_features(need)
        if card.recorded:
            yield from self._of_quotas(card.recorded)

    def _of_service(self, service: str) -> Iterator[Obstacle]:
        if service in self._site.absent:
            yield Obstacle(
                Outcome.ABSENT,
                "service",
                f"the catalogue has no {service} service",
                "Offer the service, or choose a target that does without it.",
            )
        trouble = self._site.troubled.get(service)
        if trouble:
            outcome = Outcome.FAILED if trouble.kind == "service" else Outcome.ERROR
            step = (
                "Ask the operator which role gives access to it."
                if trouble.kind == "credentials"
                else f"Look into the {service} service and its endpoint in the catalogue."
            )
            yield Obstacle(outcome, trouble.kind, f"{service}: {trouble.reason}", step)

    def _of_credentials(self, need: str) -> Iterator[Obstacle]:
        others = self._others
        if need == SECOND_IDENTITY and not (others.second or others.administrator):
            yield Obstacle(
                Outcome.UNDECIDED,
                "credentials",
                "it takes a second identity",
                "Name another user of another project with --os-cloud-alt,"
                " or with --os-cloud-admin who may make one.",
            )
        if need == ADMINISTRATOR and not others.administrator:
            yield Obstacle(
                Outcome.UNDECIDED,
                "credentials",
                "it takes the access of a user away, so it needs one of its own",
                "Name with --os-cloud-admin who may make users.",
            )
        if need == ANOTHER_TOKEN and not self._rescopes:
            yield Obstacle(
                Outcome.UNDECIDED,
                "credentials",
                "application credentials give no token but that of their project",
                "Use a password in clouds.yaml.",
            )

    def _of_things(self, need: str) -> Iterator[Obstacle]:
        if need not in FACT_OF:
            return
        fact, _, part = FACT_OF[need].partition(".")
        facts = self._site.facts
        found = facts.found.get(fact)
        if found is None or (part and not found[part]):
            unseen = f"configuration: the project sees no {need}"
            trouble = Trouble.of(facts.problems.get(fact, unseen))
            step = _TO_GIVE[need]
            if trouble.kind != "configuration":  # nobody could ask for it
                step = "Look into the services that do not answer."
            # Who only lacks a guest has seen all that the cloud itself shows.
            outcome = Outcome.UNDECIDED if need == GUEST else Outcome.ERROR
            yield Obstacle(outcome, trouble.kind, trouble.reason, step)

    def _of_features(self, need: str) -> Iterator[Obstacle]:
        for word, known, told_by in (
            (FEATURE, self._site.features, "the object store's /info"),
            (EXTENSION, self._site.extensions, "the list of the network service's extensions"),
        ):
            if need.startswith(word) and known is not None:
                name = need.removeprefix(word)
                if name not in known:
                    yield Obstacle(
                        Outcome.ABSENT,
                        "service",
                        f"{told_by} has no {name}",
                        f"Switch {name} on in the service's configuration.",
                    )

    def _of_quotas(self, recorded: Recorded) -> Iterator[Obstacle]:
        wanted = demand_of(recorded, self._site.facts.found.get("boot"))
        for kind, half in self._site.quotas.short_of(wanted).items():
            room = self._site.quotas.rooms[kind]
            enough = room.used + 2 * wanted[kind]
            yield Obstacle(
                Outcome.UNDECIDED,
                "quota",
                f"it takes {wanted[kind]} of {label(kind)}, and half of what is free is {half}",
                f"Raise the quota of {label(kind)} from {room.limit} to {enough}, or free some.",
            )


def demand_of(recorded: Recorded, boot: Mapping[str, Any] | None) -> Counter[str]:
    """What a test and all that it shares take of the quotas together.

    Args:
        boot: the fact; its flavors say what a server takes.
    """
    whole: Counter[str] = Counter()
    for one in recorded.parts():
        whole += own_demand(one, boot)
    return whole


def own_demand(recorded: Recorded, boot: Mapping[str, Any] | None) -> Counter[str]:
    """What a test takes of the quotas without what it shares."""
    whole = demand(recorded.creates, boot["flavor"] if boot else None)
    # The new size is taken while the old one is still held.
    if boot and boot["flavor_alt"] and any(call.endswith("#resize") for call in recorded.calls):
        whole["core"] += int(boot["flavor_alt"]["vcpus"])
        whole["ram_mib"] += int(boot["flavor_alt"]["ram"])
    return whole


def label(kind: str) -> str:
    """A kind of `refcheck.cloud.quotas` in words for people, in the plural."""
    sizes = {
        "core": "vCPUs",
        "ram_mib": "MiB of memory",
        "volume_gib": "GiB of volumes",
        "image_mib": "MiB of images",
        "object_mib": "MiB of objects",
        "floatingip": "floating IPs",
        "keypair": "key pairs",
        "subnetpool": "subnet pools",
    }
    return sizes.get(kind) or f"{kind.replace('_', ' ')}s"


def _no_test() -> Obstacle:
    return Obstacle(
        Outcome.UNDECIDED,
        "suite",
        "the suite has no test for it",
        "Run another tool for these: `refcheck judge` takes its results as well.",
    )
