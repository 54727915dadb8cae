"""Which events are told: one table, by the name of the event in the audit log.

A new event is told by a row here and a text file of its name in `templates/notices/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from refcheck_server.notices import applications, changes, concerned
from refcheck_server.notices.events import Event, Told
from refcheck_server.notices.models import Topic


@dataclass(frozen=True, slots=True)
class Rule:
    """How an event is told.

    Attributes:
        topic: who chose this is told of it.
        concerns: finds whom it concerns; nobody is an answer too.
    """

    topic: Topic
    concerns: Callable[[Session, Event], Iterable[Told]]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "result.judged": Rule(Topic.RESULTS, concerned.result),
        "result.shared": Rule(Topic.RESULTS, concerned.result),
        "results.rejudged": Rule(Topic.RESULTS, changes.rejudged),
        "claim.issued": Rule(Topic.MARKS, concerned.claim),
        "claim.revoked": Rule(Topic.MARKS, concerned.claim),
        "application.submitted": Rule(Topic.REVIEW, applications.moved),
        "application.taken_up": Rule(Topic.REVIEW, applications.moved),
        "application.changes_asked": Rule(Topic.REVIEW, applications.moved),
        "application.approved": Rule(Topic.REVIEW, applications.moved),
        "application.rejected": Rule(Topic.REVIEW, applications.moved),
        "application.appealed": Rule(Topic.REVIEW, applications.moved),
        "application.published": Rule(Topic.REVIEW, applications.moved),
        "application.expired": Rule(Topic.REVIEW, applications.moved),
        "application.revoked": Rule(Topic.REVIEW, applications.moved),
        "application.withdrawn": Rule(Topic.REVIEW, applications.moved),
        "application.reminded": Rule(Topic.REVIEW, applications.reminded),
        "application.commented": Rule(Topic.REVIEW, applications.commented),
        "waiver.asked": Rule(Topic.REVIEW, applications.waiver_asked),
        "waiver.granted": Rule(Topic.REVIEW, applications.waiver_decided),
        "waiver.refused": Rule(Topic.REVIEW, applications.waiver_decided),
        "waiver.ending": Rule(Topic.REVIEW, applications.waiver_decided),
        "vendor.approved": Rule(Topic.VENDOR, concerned.vendor),
        "vendor.declined": Rule(Topic.VENDOR, concerned.vendor),
        "invitation.made": Rule(Topic.VENDOR, concerned.vendor),
        "invitation.accepted": Rule(Topic.VENDOR, concerned.vendor),
        "invitation.revoked": Rule(Topic.VENDOR, concerned.vendor),
        "member.place_given": Rule(Topic.VENDOR, concerned.member),
        "member.removed": Rule(Topic.VENDOR, concerned.member),
        "member.left": Rule(Topic.VENDOR, concerned.member),
        "webhook.added": Rule(Topic.VENDOR, concerned.vendor),
        "webhook.removed": Rule(Topic.VENDOR, concerned.vendor),
        "webhook.stopped": Rule(Topic.VENDOR, concerned.vendor),
        "key.added": Rule(Topic.SECURITY, concerned.account),
        "key.revoked": Rule(Topic.SECURITY, concerned.account_and_vendors),
        "token.made": Rule(Topic.SECURITY, concerned.account),
        "token.revoked": Rule(Topic.SECURITY, concerned.account),
        "password.set": Rule(Topic.SECURITY, concerned.account),
        "second_factor.set_up": Rule(Topic.SECURITY, concerned.account),
        "second_factor.dropped": Rule(Topic.SECURITY, concerned.account),
        "role.given": Rule(Topic.SECURITY, concerned.account),
    }
)
