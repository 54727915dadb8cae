"""`refcheck registry remind` and `expire`: what the clock does to applications."""

from __future__ import annotations

from pathlib import Path

import click

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import performs, place, read_settings, registry_session, utc_now


@click.command()
@click.option("--only-list", is_flag=True, help="Mark nothing: the same comes again next time.")
@place
@performs(Action.ASSIGN_REVIEWER)
def remind(*, only_list: bool, database: str | None, data: Path | None) -> None:
    """List applications that are overdue and marks that end soon, with who is waited for.

    What was listed is marked as reminded of, and comes again after a week.
    """
    from refcheck_server.review.clock import mark_reminded, reminders
    from refcheck_server.review.telling import addressees

    now = utc_now()
    with registry_session(database, data) as session:
        found = reminders(session, now=now)
        for one in found:
            application = one.application
            names = ", ".join(
                account.name for account in addressees(session, application, one.waits_for)
            )
            when = "overdue since" if one.over <= now else "ends on"
            click.echo(
                f"{application.id:<6}{application.state:<15}{when} {one.over:%Y-%m-%d}  "
                f"{application.product_name} {application.version.name}  "
                f"waits for the {one.waits_for}: {names or 'nobody'}"
            )
        if not only_list:
            mark_reminded(session, found, now=now)
    click.echo(f"{len(found)} to remind of")


@click.command()
@place
@performs(Action.ASSIGN_REVIEWER)
def expire(database: str | None, data: Path | None) -> None:
    """End approvals whose time is over; the next publication takes their claims back."""
    from refcheck_server.review.arguments import house_of
    from refcheck_server.review.moving import expire as end

    house = house_of(read_settings(database, data))
    with registry_session(database, data) as session:
        for one in end(session, house, now=utc_now()):
            click.echo(f"expired  {one.id}  {one.product_name} {one.version.name}")
