"""The memcache calls Swift makes, answered from this process: there is no memcached."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class MemoryCache:
    """Key to (value, moment it expires or 0)."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[Any, float]] = {}

    def get(self, key: str, raise_on_error: bool = False) -> Any:
        """Return the value, or None when unknown or expired."""
        value, expires = self._entries.get(key, (None, 0))
        if expires and expires < time.time():
            del self._entries[key]
            return None
        return value

    def set(self, key: str, value: Any, time: float = 0, **_: Any) -> None:
        """Keep a value, for `time` seconds unless that is 0."""
        self._entries[key] = (value, _expiry(time))

    def incr(self, key: str, delta: int = 1, time: float = 0) -> int:
        """Add to a counter that never goes below 0."""
        count = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, count, time=time)
        return count

    def decr(self, key: str, delta: int = 1, time: float = 0) -> int:
        """Take from a counter that never goes below 0."""
        return self.incr(key, -int(delta), time)

    def delete(self, key: str, server_key: str | None = None) -> None:
        """Forget a key."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def set_multi(self, mapping: Mapping[str, Any], *_: Any, time: float = 0, **__: Any) -> None:
        """Keep several values."""
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys: Iterable[str], server_key: str | None = None) -> list[Any]:
        """Return several values."""
        return [self.get(key) for key in keys]


def _expiry(seconds: float) -> float:
    return time.time() + seconds if seconds else 0


class WithMemoryCache:
    """WSGI middleware that offers the cache to Swift."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application
        self._cache = MemoryCache()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["swift.cache"] = self._cache
        return self._application(environ, start_response)
