"""One registry for each module: see `tests/server/accounts/conftest.py`."""

from tests.server.accounts.conftest import registry

__all__ = ["registry"]
