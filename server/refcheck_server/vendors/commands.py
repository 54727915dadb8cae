"""`refcheck registry vendor`: who is let in as a vendor."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import performs, place, registry_session, utc_now


@click.group()
def vendor() -> None:
    """Vendors, and whether they are approved."""


@vendor.command("list")
@place
@performs(Action.SEE_PRIVATE_VENDOR)
def vendor_list(database: str | None, data: Path | None) -> None:
    """List all vendors with their state."""
    from sqlalchemy import select

    from refcheck_server.vendors.models import Vendor

    with registry_session(database, data) as session:
        for one in session.scalars(select(Vendor).order_by(Vendor.name)):
            click.echo(f"{one.slug:<24}  {one.state:<8}  {one.name}  {one.contact}")


@vendor.command("approve")
@click.argument("slug")
@place
@performs(Action.DECIDE_ON_VENDOR)
def vendor_approve(slug: str, database: str | None, data: Path | None) -> None:
    """Let everyone see the vendor SLUG and its products."""
    _decide(slug, database, data, {"state": "approved"})


@vendor.command("decline")
@click.argument("slug")
@click.option("--reason", required=True, help="Its members see it.")
@place
@performs(Action.DECIDE_ON_VENDOR)
def vendor_decline(slug: str, reason: str, database: str | None, data: Path | None) -> None:
    """Keep the vendor SLUG from the public, or take it away from there."""
    _decide(slug, database, data, {"state": "declined", "reason": reason})


def _decide(slug: str, database: str | None, data: Path | None, sent: dict[str, str]) -> None:
    from refcheck_server.fields import Fields
    from refcheck_server.vendors import services
    from refcheck_server.vendors.queries import find_vendor

    with registry_session(database, data) as session:
        found = find_vendor(session, slug)
        fields = Fields({**sent, "revision": str(found.revision)})
        services.decide(session, found, fields, 0, now=utc_now())
        click.echo(f"{sent['state']}  {found.name}")
