"""What is done to background jobs, feeds and webhooks; see `deeds.py`."""

from __future__ import annotations

from refcheck_server.audit.log import operator
from refcheck_server.jobs.models import Job
from refcheck_server.notices.models import Delivery, Webhook
from refcheck_server.vendors.queries import find_vendor

from tests.server.accounts.deeds import Told, deed
from tests.server.accounts.doing import Doing
from tests.server.conftest import Registry
from tests.server.visitor import visiting_as


@deed(
    "POST /jobs/<number:job_id>/retry",
    "POST /api/v1/jobs/<number:job_id>/retry",
    "POST /jobs/<number:job_id>/drop",
    "DELETE /api/v1/jobs/<number:job_id>",
    "job retry",
    "job drop",
)
def decide_on_job(doing: Doing) -> Told:
    now = doing.registry.clock()
    dead = Job(task="some.task", arguments="{}", made_at=now, due_at=now, attempts=8, dead_at=now)
    with doing.registry.session() as session, session.begin():
        session.add(dead)
    word = "retried" if "retry" in doing.way else "dropped"
    if "/" in doing.way:
        doing.ask("root", of={"job_id": dead.id})
        return "account:root", f"job.{word}", f"job:{dead.id}"
    doing.run(str(dead.id))
    return operator(), f"job.{word}", f"job:{dead.id}"


@deed("POST /vendors/<word:vendor>/feed", "POST /vendors/<word:vendor>/feed/remove")
def change_feed(doing: Doing) -> Told:
    who, slug = doing.vendor()
    visiting_as(doing.registry, who).post(f"/vendors/{slug}/feed")
    doing.ask(who, of={"vendor": slug})
    word = "removed" if "remove" in doing.way else "made"
    return f"account:{who}", f"feed.{word}", f"vendor:{slug}"


@deed("POST /vendors/<word:vendor>/webhooks", "POST /api/v1/vendors/<word:vendor>/webhooks")
def add_webhook(doing: Doing) -> Told:
    who, slug = doing.vendor()
    doing.ask(who, of={"vendor": slug}, url="https://example.org/secret-path", topics=["marks"])
    assert "secret-path" not in str([one.detail for one in doing.events()])
    return f"account:{who}", "webhook.added", f"vendor:{slug}"


def a_webhook(registry: Registry, slug: str, secret: str = "") -> dict[str, int]:
    """A stopped webhook of a vendor, and something that was sent there, by part of an address."""
    now = registry.clock()
    with registry.session() as session, session.begin():
        hook = Webhook(
            vendor=find_vendor(session, slug), url=f"https://example.org/{secret}", topics="marks",
            secret=f"whsec_{secret}", made_at=now, stopped_at=now,
        )  # fmt: skip
        session.add(hook)
        session.flush()
        sent = Delivery(
            webhook_id=hook.id, message="msg_1", action="webhook.test", payload=secret or "{}",
            made_at=now, state="failed", attempts=1,
        )  # fmt: skip
        session.add(sent)
        session.flush()
        return {"webhook_id": hook.id, "delivery_id": sent.id}


WEBHOOK = "/vendors/<word:vendor>/webhooks/<number:webhook_id>"
WORDS = {"secret": "secret_renewed", "try": "tried", "start": "started", "repeat": "repeated"}


@deed(
    f"POST {WEBHOOK}/remove",
    f"DELETE /api/v1{WEBHOOK}",
    f"POST {WEBHOOK}/deliveries/<number:delivery_id>/repeat",
    f"POST /api/v1{WEBHOOK}/deliveries/<number:delivery_id>/repeat",
    *(
        f"POST {api}{WEBHOOK}/{verb}"
        for api in ("", "/api/v1")
        for verb in ("secret", "try", "start")
    ),
)
def change_webhook(doing: Doing) -> Told:
    who, slug = doing.vendor()
    made = a_webhook(doing.registry, slug)
    doing.ask(who, of={"vendor": slug, **made})
    word = WORDS.get(doing.way.split("/")[-1], "removed")
    return f"account:{who}", f"webhook.{word}", f"vendor:{slug}"
