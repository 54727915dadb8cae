"""`refcheck refcloud`: a real OpenStack on this machine, for trying and testing."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from refcheck.refcloud import WHAT_IT_IS
from refcheck.refcloud.cloud import DEFAULT_NAME, RefCloud, ServiceStatus

_HELP = f"""Run a real OpenStack on this machine, for trying and testing.

No root, no container, 127.0.0.1 only; its packages go into an environment of their own in the
cache folder (REFCHECK_CACHE, else your user's). Needs 1.5 GB of disk and 1.4 GB of memory.

What it is: {WHAT_IT_IS}
"""

_name = click.option(
    "--name",
    default=DEFAULT_NAME,
    show_default=True,
    metavar="NAME",
    help="Which of your clouds; each has its own state, ports and passwords.",
)


@click.group(help=_HELP)
def refcloud() -> None:
    """Group of the commands below; its help is `_HELP`."""


@refcloud.command()
@_name
@click.option(
    "--port-base",
    type=click.IntRange(1024, 65500),
    metavar="PORT",
    help="Use the eleven ports from PORT on when the cloud is built (default: a free block).",
)
@click.option("--rebuild", is_flag=True, help="Forget its state and build it anew.")
def up(*, name: str, port_base: int | None, rebuild: bool) -> None:
    """Install, build and start what is not there yet; returns when every service answers."""
    from refcheck.cli.refcloud_progress import interruptible, shown

    cloud = RefCloud(name)
    click.echo(click.wrap_text(WHAT_IT_IS, 100))
    with interruptible(_command("up", name)), shown() as progress:
        cloud.up(progress, rebuild=rebuild, port_base=port_base)
    click.echo(f"refcloud {name!r} is up, identity at {cloud.settings().identity_url}")
    click.echo(
        f"`{_command('env', name)} --merge` adds refcloud, refcloud-alt (members of two projects) "
        "and refcloud-admin to your clouds.yaml."
    )


@refcloud.command()
@_name
def down(name: str) -> None:
    """End every service; the state stays and the next `up` takes seconds."""
    RefCloud(name).down()
    click.echo(f"refcloud {name!r} is down")


@refcloud.command()
@_name
@click.option(
    "--restart", is_flag=True, help="Start the services anew too (some ten seconds more)."
)
def reset(*, name: str, restart: bool) -> None:
    """Go back to the state it was built with, in less than a second.

    Running services go on: their databases are replaced and their memory is emptied. Nobody may
    use the cloud meanwhile.
    """
    from refcheck.cli.refcloud_progress import interruptible, shown

    with interruptible(_command("up", name)), shown() as progress:
        RefCloud(name).reset(progress, restart=restart)
    click.echo(f"refcloud {name!r} is pristine")


@refcloud.command()
@_name
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(*, name: str, as_json: bool) -> None:
    """Show each service: port, process, memory, and whether it answers."""
    services = RefCloud(name).status()
    if as_json:
        up = all(service.up for service in services)
        click.echo(
            json.dumps(
                {"name": name, "up": up, "services": [asdict(s) for s in services]}, indent=1
            )
        )
        return
    click.echo(f"{'service':<10} {'port':>5} {'pid':>8} {'MiB':>6}  answers  log")
    for service in services:
        click.echo(_row(service))
    click.echo(f"{'all':<10} {'':>5} {'':>8} {sum(s.rss_mib for s in services):>6}")


def _row(service: ServiceStatus) -> str:
    return (
        f"{service.service:<10} {service.port or '-':>5} {service.pid or '-':>8} "
        f"{service.rss_mib or '-':>6}  {'yes' if service.up else 'no':<7}  {service.log or '-'}"
    )


@refcloud.command()
@_name
@click.option(
    "--merge",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Put the entries into FILE, by default your clouds.yaml; other entries stay.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write FILE, with nothing but the entries in it.",
)
def env(name: str, merge: str | None, write: Path | None) -> None:
    """Print the clouds.yaml entries refcloud, refcloud-alt and refcloud-admin."""
    from refcheck.refcloud import clouds_yaml

    if merge is not None and write is not None:
        raise click.UsageError("use --merge or --write, not both")
    clouds = RefCloud(name).clouds_yaml()
    if merge is not None:
        file = Path(merge) if merge else clouds_yaml.default_file()
        clouds_yaml.merge(file, clouds)
        click.echo(f"merged {', '.join(clouds['clouds'])} into {file}")
    elif write is not None:
        clouds_yaml.write(write, clouds_yaml.dump(clouds))
        click.echo(f"wrote {', '.join(clouds['clouds'])} to {write}")
    else:
        click.echo(clouds_yaml.dump(clouds), nl=False)


def _command(verb: str, name: str) -> str:
    return f"refcheck refcloud {verb}" + ("" if name == DEFAULT_NAME else f" --name {name}")
