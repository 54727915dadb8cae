"""The evidence about code that is attached to an application: files that the judge reads."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from refcheck_server.audit.log import record
from refcheck_server.evidence.errors import EnoughEvidence, EvidenceTooLarge, NoSuchEvidence
from refcheck_server.evidence.models import Attachment
from refcheck_server.evidence.services import keep
from refcheck_server.evidence.views import file_name
from refcheck_server.fields import path_of
from refcheck_server.review.acting import Acting
from refcheck_server.review.conditions import only_in
from refcheck_server.review.errors import NotEvidence
from refcheck_server.review.judging import evidence_of, read_evidence
from refcheck_server.review.models import Application
from refcheck_server.review.moving import judge_anew
from refcheck_server.review.states import EDITABLE

LIMIT = 60_000
"""Bytes of one file."""
MOST_FILES = 10
KINDS = (".json", ".yaml", ".yml")


def attach(
    session: Session, application: Application, name: str, content: bytes, acting: Acting
) -> None:
    """Let the judge read a file too; what was agreed to before is to be agreed to again.

    Raises:
        NotNow: it is with the reviewers.
        BadArgument, NotEvidence, EvidenceTooLarge, EnoughEvidence: that file is not taken.
        BadGuideline, BadInput: it cannot be read, or speaks of what another file speaks of.
        EditConflict: somebody changed the application meanwhile.
    """
    only_in(application, EDITABLE, "given evidence")
    _see_that_it_is_evidence(file_name(name), content)
    files = evidence_of(session, application.id)
    sha256 = hashlib.sha256(content).hexdigest()
    if any(one.sha256 == sha256 for one in files):
        return
    if len(files) >= MOST_FILES:
        raise EnoughEvidence(
            f"the application has {len(files)} files of evidence",
            next_step="Take one back first, or put what they say into fewer files.",
        )
    keep(session, sha256, len(content), content, now=acting.now)
    made = Attachment(
        application_id=application.id, sha256=sha256, name=name, attached_at=acting.now
    )
    session.add(made)
    session.flush()
    _judge(session, application, acting)
    detail = {"sha256": sha256, "size": len(content), "name": name}
    record(session, "evidence.attached", application.subject, detail, at=acting.now)


def take_back(session: Session, application: Application, sha256: str, acting: Acting) -> None:
    """Let the judge read a file no more; what was agreed to before is to be agreed to again.

    Raises:
        NotNow: it is with the reviewers.
        NoSuchEvidence: it has none with that digest.
        EditConflict: somebody changed the application meanwhile.
    """
    only_in(application, EDITABLE, "changed")
    found = find(session, application, sha256)
    session.delete(found)
    session.flush()
    _judge(session, application, acting)
    detail = {"sha256": sha256, "name": found.name}
    record(session, "evidence.taken_back", application.subject, detail, at=acting.now)


def find(session: Session, application: Application, sha256: str) -> Attachment:
    """One file of an application.

    Raises:
        NoSuchEvidence: it has none with that digest.
    """
    for one in evidence_of(session, application.id):
        if one.sha256 == sha256:
            return one
    raise NoSuchEvidence(
        f"application {application.id} has no such evidence", next_step="Look at its page."
    )


def _judge(session: Session, application: Application, acting: Acting) -> None:
    changed = {"endorsed_by_id": None, "agreement_id": None}
    judge_anew(session, application, application.revision, acting, **changed)
    session.expire(application, ["agreement"])


def _see_that_it_is_evidence(name: str, content: bytes) -> None:
    if not name.lower().endswith(KINDS):
        raise NotEvidence(
            f"the file {name} is none that is judged",
            where=path_of("name"),
            next_step="Send JSON or YAML, as `refcheck judge --code` reads it; other files can be "
            "sent beside the result.",
        )
    if len(content) > LIMIT:
        raise EvidenceTooLarge(
            f"the file {name} is larger than {LIMIT:,} bytes",
            next_step="Send one statement for each designated section, and no inventories.",
        )
    read_evidence(name, content)
