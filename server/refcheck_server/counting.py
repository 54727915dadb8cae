"""Counting in the memory of one worker, for limits.

The memory of the library `limits` itself starts a thread for nearly every request, and looks at
every address each time.
"""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

_FEWEST = 1024
"""Windows that are kept before the first look for those that are over."""


class Windows(Storage):
    """How often each key was counted since its window began."""

    STORAGE_SCHEME = ("windows",)  # type: ignore[assignment]

    def __init__(self, uri: str | None = None, **options: float | str | bool) -> None:
        super().__init__(uri, bool(options.get("wrap_exceptions")))
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._most = _FEWEST

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong: nothing that a caller could mend."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; the count of the window, which lasts `expiry` seconds from its first."""
        now = time.time()
        with self._lock:
            count, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
                self._forget_what_is_over(now)
            self._windows[key] = count + amount, ends
            return count + amount

    def get(self, key: str) -> int:
        """The count of the window that is open."""
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        return self._windows.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """It always works."""
        return True

    def reset(self) -> int:
        """Forget everything; how much that was."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._windows.pop(key, None)

    def _forget_what_is_over(self, now: float) -> None:
        """Look through them when they have doubled since the last time: cheap for each."""
        if len(self._windows) >= self._most:
            self._windows = {key: one for key, one in self._windows.items() if one[1] > now}
            self._most = max(_FEWEST, 2 * len(self._windows))
