"""The guests of this cloud's servers: an SSH server in the process of the compute service.

One socket serves them all. Whoever connects says first to which network port: it is the network
service, which forwards from floating IPs (`refcloud_floating_ips`). Only a key that Nova handed
over logs in, as whatever user, and nothing of this machine can be reached or run from there.

To see that tests notice a guest that is wrong, put a JSON object into `guest-faults.json` in the
cloud's folder: its members replace those of every `Machine`.
"""

import asyncio
import contextlib
import dataclasses
import json
import logging
import socket
import threading
from typing import Any

import refcloud_env
from refcloud_machine import Machine

LOG = logging.getLogger(__name__)
FAULTS = refcloud_env.HOME / "guest-faults.json"
_BACKLOG = 64
_PORT_ID = 36
"""Characters of the id of a network port."""
_LOGIN_TIMEOUT = 20.0
"""Seconds that a connection may take until it is logged in."""


class Guests:
    """Every guest of this process by the id of its server; safe to use from any thread."""

    def __init__(self) -> None:
        self._machines: dict[str, Machine] = {}
        self._host_keys: dict[str, Any] = {}
        address = ("127.0.0.1", refcloud_env.PORTS["guest"])
        listener = socket.create_server(address, backlog=_BACKLOG)
        listener.setblocking(False)
        serving = self._serve(listener)
        threading.Thread(target=asyncio.run, args=(serving,), name="guests", daemon=True).start()

    def get(self, server_id: str) -> Machine | None:
        """The guest of a server."""
        return self._machines.get(server_id)

    def put(self, machine: Machine) -> None:
        """Have this guest, instead of what the server had before."""
        self._machines[machine.uuid] = machine

    def remove(self, server_id: str) -> None:
        """Have it no more."""
        self._machines.pop(server_id, None)
        self._host_keys.pop(server_id, None)

    def clear(self) -> None:
        """Have none any more."""
        self._machines.clear()
        self._host_keys.clear()

    def shown(self, server_id: str) -> Machine | None:
        """The guest as it shows itself, if it is on."""
        machine = self._machines.get(server_id)
        return dataclasses.replace(machine, **_faults()) if machine and machine.is_on else None

    async def _serve(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        talks: set[asyncio.Task[None]] = set()
        while True:
            connection, _ = await loop.sock_accept(listener)
            talk = loop.create_task(self._talk(connection))
            talks.add(talk)  # the loop itself keeps no task alive
            talk.add_done_callback(talks.discard)

    async def _talk(self, connection: socket.socket) -> None:
        """Hand a connection to the guest that it is for, or end it."""
        try:
            port_id = await asyncio.wait_for(_port_id(connection), _LOGIN_TIMEOUT)
            for machine in list(self._machines.values()):
                if port_id in machine.ports and machine.is_on:
                    await self._log_in(connection, machine.uuid)
                    return
        except (OSError, TimeoutError) as error:
            LOG.debug("a connection to a guest has ended: %s", error)
        connection.close()

    async def _log_in(self, connection: socket.socket, server_id: str) -> None:
        # A cloud whose guests nobody asks spares the 25 MiB.
        import asyncssh

        if server_id not in self._host_keys:
            self._host_keys[server_id] = asyncssh.generate_private_key("ssh-ed25519")
        guests = self

        class Login(asyncssh.SSHServer):  # type: ignore[misc]
            """Lets in who has one of the keys that the guest has now."""

            def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
                machine = guests.shown(server_id)
                shown = key.export_public_key("openssh").split()[:2]
                lines = machine.authorized_keys if machine else ()
                return shown in [line.encode().split()[:2] for line in lines]

            def public_key_auth_supported(self) -> bool:
                return True

        def carry_out(process: asyncssh.SSHServerProcess[str]) -> None:
            machine = guests.shown(server_id)
            if machine is None:  # it was turned off meanwhile
                process.channel.get_connection().abort()
                return
            out, complaint, status = machine.carry_out(process.command or "")
            process.stdout.write(out)
            process.stderr.write(complaint)
            process.exit(status)

        with contextlib.suppress(asyncssh.Error):
            await asyncssh.run_server(
                connection,
                config=None,
                server_factory=Login,
                server_host_keys=[self._host_keys[server_id]],
                process_factory=carry_out,
                password_auth=False,
                kbdint_auth=False,
                login_timeout=_LOGIN_TIMEOUT,
            )


async def _port_id(connection: socket.socket) -> str:
    """What whoever connects says first."""
    loop, said = asyncio.get_running_loop(), b""
    while len(said) < _PORT_ID:
        more = await loop.sock_recv(connection, _PORT_ID - len(said))
        if not more:
            raise ConnectionResetError
        said += more
    return said.decode("ascii", "replace")


def _faults() -> dict[str, Any]:
    try:
        faults: dict[str, Any] = json.loads(FAULTS.read_text())
    except FileNotFoundError:
        return {}
    return faults
