"""Forget what a service keeps in memory, when its state is replaced under it.

On SIGUSR1 every cache of the process, the servers of the fake hypervisor with their guests, where
floating IPs lead, and Swift's stand-in for memcached are emptied; then `run/NAME.forgot` says that
it is done.
"""

import gc
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

_KEEPERS: Mapping[tuple[str, str], Callable[[Any], None]] = {
    ("dogpile.cache.backends.memory", "MemoryBackend"): lambda it: it._cache.clear(),
    ("keystonemiddleware.auth_token._cache", "_CachePool"): lambda it: it.clear(),
    ("nova.virt.fake", "FakeDriver"): lambda it: it.instances.clear(),
    ("refcloud_guests", "Guests"): lambda it: it.clear(),
    ("refcloud_floating_ips", "FloatingIPs"): lambda it: it.clear(),
    ("refcloud_memory_cache", "MemoryCache"): lambda it: it.clear(),
}
"""Module and class of everything that remembers → how to empty one of them."""


def forget_on_request(pid_file: Path) -> None:
    """Forget whenever SIGUSR1 comes."""

    def forget(*_: object) -> None:
        _forget()
        pid_file.with_suffix(".forgot").touch()

    signal.signal(signal.SIGUSR1, forget)


def _forget() -> None:
    keepers: dict[type, Callable[[Any], None]] = {}
    for (module, name), empty in _KEEPERS.items():
        if module in sys.modules:
            for kind in _with_subclasses(getattr(sys.modules[module], name)):
                keepers[kind] = empty
    gc.unfreeze()  # what is frozen is not listed
    # By exact type, for half a million objects, and because asking a lazy one would make it.
    for thing in gc.get_objects():
        if type(thing) in keepers:
            keepers[type(thing)](thing)
    gc.freeze()


def _with_subclasses(kind: type) -> Iterator[type]:
    yield kind
    for below in kind.__subclasses__():
        yield from _with_subclasses(below)
