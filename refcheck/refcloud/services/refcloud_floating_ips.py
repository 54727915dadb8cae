"""Floating IPs that lead somewhere: part of the process of the network service.

There is no dataplane, so this is one for exactly one purpose: a floating IP that is associated
with a port is listened at (the external network is a part of 127.0.0.0/8), and what comes in is
forwarded to the guest behind that port, if the port's security groups let it in. An address that is
not associated is not listened at.
"""

import asyncio
import logging
import threading
from typing import Any

import refcloud_env
from neutron.objects import router
from neutron_lib import context as contexts
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import directory
from refcloud_security_groups import admits

LOG = logging.getLogger(__name__)
_CHANGE_TIMEOUT = 10.0
_CHUNK = 1 << 16


class FloatingIPs:
    """Listens at every floating IP that is associated with a port."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Server] = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="floating-ips", daemon=True).start()
        for event in (events.AFTER_CREATE, events.AFTER_UPDATE, events.AFTER_DELETE):
            registry.subscribe(self._changed, resources.FLOATING_IP, event)
        for one in router.FloatingIP.get_objects(contexts.get_admin_context()):
            if one.fixed_port_id:
                self._lead(str(one.floating_ip_address), one.fixed_port_id)

    def clear(self) -> None:
        """Listen nowhere any more."""
        for address in list(self._open):
            self._lead(address, None)

    def _changed(self, resource: str, event: str, trigger: Any, payload: Any) -> None:
        now = payload.latest_state
        gone = event == events.AFTER_DELETE
        self._lead(now["floating_ip_address"], None if gone else now["port_id"])

    def _lead(self, address: str, port_id: str | None) -> None:
        """Return when the address leads to the port, or nowhere."""
        if port_id is None and address not in self._open:
            return
        change = asyncio.run_coroutine_threadsafe(self._listen(address, port_id), self._loop)
        try:
            change.result(_CHANGE_TIMEOUT)
        except OSError as error:  # a system with no more than 127.0.0.1
            LOG.warning("nothing can listen at floating IP %s: %s", address, error)

    async def _listen(self, address: str, port_id: str | None) -> None:
        if old := self._open.pop(address, None):
            old.close()
        if port_id is not None:

            async def forward(*connection: Any) -> None:
                await _forward(port_id, *connection)

            self._open[address] = await asyncio.start_server(
                forward, address, refcloud_env.PORTS["guest"]
            )


async def _forward(
    port_id: str, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter
) -> None:
    """Carry one connection to the guest and back, until either side ends it."""
    peer = outgoing.get_extra_info("peername")[0]
    try:
        if await asyncio.to_thread(_lets_in, port_id, peer):
            guest = await asyncio.open_connection("127.0.0.1", refcloud_env.PORTS["guest"])
            guest[1].write(port_id.encode())
            both = _copy(incoming, guest[1]), _copy(guest[0], outgoing)
            await asyncio.gather(*both)
    except OSError as error:
        LOG.debug("a connection to port %s has ended: %s", port_id, error)
    finally:
        outgoing.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while chunk := await source.read(_CHUNK):
            target.write(chunk)
            await target.drain()
    finally:
        target.close()


def _lets_in(port_id: str, peer: str) -> bool:
    """Whether the security groups of a port let this address in, to where guests listen."""
    plugin, context = directory.get_plugin(), contexts.get_admin_context()
    port = plugin.get_port(context, port_id)
    if not port["port_security_enabled"]:
        return True
    groups = {"security_group_id": port["security_groups"] or ["none"], "direction": ["ingress"]}
    rules = plugin.get_security_group_rules(context, filters=groups)
    return admits(rules, peer, refcloud_env.PORTS["guest"])
