"""`refcheck demo`: the whole line on this machine, from an empty folder to a published verdict."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refcheck.errors import ExitCode, RegistryUnreachable

if TYPE_CHECKING:
    from rich.console import Console

    from refcheck.cli.run import RunEnd
    from refcheck.refcloud.cloud import RefCloud

_REGISTRY_START_BUDGET = 30.0
_STOP_BUDGET = 15.0


@click.command()
@click.option("--target", metavar="PROGRAM", default="platform", show_default=True)
@click.option("--guideline", metavar="ID|FILE", default="2020.06", show_default=True)
@click.option("-n", "--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--cloud",
    metavar="NAME",
    default="default",
    show_default=True,
    help="Which of your reference clouds to use.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default="refcheck-demo",
    show_default=True,
    help="Keeps the demo's key, runs and registry.",
)
@click.option(
    "--serve/--no-serve",
    default=None,
    help="Keep cloud and registry running until Ctrl-C; the default on a terminal.",
)
def demo(
    target: str, guideline: str, workers: int, cloud: str, folder: Path, *, serve: bool | None
) -> int:
    """Start a cloud, run the tests, start a registry, submit, publish the verdict.

    Exit status: 0 when the line ran to its end, whatever the verdict; else as the table of exit
    codes says.
    """
    from rich.console import Console

    from refcheck.cli.refcloud_progress import interruptible
    from refcheck.refcloud.cloud import RefCloud

    console = Console(highlight=False)
    serve = console.is_terminal if serve is None else serve
    with interruptible("refcheck demo"), _started(RefCloud(cloud), console) as up:
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["OS_CLIENT_CONFIG_FILE"] = str(_clouds_file(up, folder))
        run = _run(guideline, target, workers, folder, console)
        if run.interrupted:
            raise KeyboardInterrupt
        console.rule("3 of 3  the registry", align="left")
        with _registry(folder, console) as address:
            _submit(run.folder, address, folder)
            if serve:
                _wait_for_ctrl_c(address, console)
    return ExitCode.DONE


@contextlib.contextmanager
def _started(cloud: RefCloud, console: Console) -> Iterator[RefCloud]:
    """The reference cloud, up; it is taken down again unless it was up before."""
    from refcheck.cli.refcloud_progress import shown
    from refcheck.refcloud import WHAT_IT_IS

    console.rule("1 of 3  a cloud", align="left")
    console.print(WHAT_IT_IS, soft_wrap=False)
    was_up = cloud.is_up
    with shown() as progress:
        cloud.up(progress)
    try:
        yield cloud
    finally:
        if not was_up:
            console.print("stopping the cloud")
            cloud.down()


def _clouds_file(cloud: RefCloud, folder: Path) -> Path:
    import yaml

    file = folder.resolve() / "clouds.yaml"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as text:
        yaml.safe_dump(cloud.clouds_yaml(), text)
    return file


def _run(guideline: str, target: str, workers: int, folder: Path, console: Console) -> RunEnd:
    from refcheck.cli.run import run_plan
    from refcheck.cloud.discovery import Overrides
    from refcheck.plugin.preflight import Plan
    from refcheck.result import signing

    console.rule("2 of 3  the tests", align="left")
    key = folder / "signing-key.pem"
    if not key.exists():
        signing.new_key(key)
    plan = Plan(
        os_cloud="refcloud",
        guideline=guideline,
        target=target,
        runs=folder / "runs",
        key=key,
        overrides=Overrides(),
        os_cloud_alt="refcloud-alt",
        os_cloud_admin="refcloud-admin",
    )
    return run_plan(plan, workers, console)


@contextlib.contextmanager
def _registry(folder: Path, console: Console) -> Iterator[str]:
    """A registry on a free port, with an account for the demo's key. Yields its address."""
    data = folder / "registry"
    command = [sys.executable, "-m", "refcheck", "registry"]
    token = folder / "token"
    if not token.exists():
        key = folder / "signing-key.pem.pub"
        add = ["account", "add", "demo", "--key", str(key), "--token-out", str(token)]
        subprocess.run(  # noqa: S603 - our own command
            [*command, *add, "--data", str(data)], check=True, stdout=subprocess.DEVNULL
        )
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "serve", "--port", "0", "--data", str(data)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            # Ctrl-C reaches the whole group: the registry must outlive it to be stopped in order.
            start_new_session=True,
        )
    try:
        yield _address(process, folder / "registry.log")
    finally:
        console.print("stopping the registry")
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_BUDGET)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that a starting registry prints, once it answers there."""
    import requests

    deadline = time.monotonic() + _REGISTRY_START_BUDGET
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"http://\S+", log.read_text(errors="replace"))
        if found:
            with contextlib.suppress(requests.ConnectionError):
                address = found.group().rstrip("/")
                requests.get(f"{address}/api/v1/health", timeout=5).raise_for_status()
                return address
        time.sleep(0.1)
    raise RegistryUnreachable(
        f"the demo's registry did not start: {log.read_text(errors='replace')[-500:].strip()}",
        where=str(log),
        next_step="Look into that log, then run the demo again.",
    )


def _submit(run_folder: Path, address: str, folder: Path) -> None:
    command = [sys.executable, "-m", "refcheck", "submit", str(run_folder)]
    options = ["--registry", address, "--token-file", str(folder / "token")]
    code = subprocess.run([*command, *options], check=False).returncode  # noqa: S603
    if code:
        raise RegistryUnreachable(
            "the demo's own registry did not take the result",
            where=str(run_folder),
            next_step=f"Look into {folder / 'registry.log'}, then run the demo again.",
        )


def _wait_for_ctrl_c(address: str, console: Console) -> None:
    console.print(f"\nThe registry serves at [bold]{address}/[/]   Ctrl-C ends the demo.")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
