"""All that can be done, in each way; whoever imports the parts alone has not all of it."""

from tests.server.accounts import command_deeds, notice_deeds, review_deeds  # noqa: F401 - add theirs
from tests.server.accounts.deeds import DEEDS

__all__ = ["DEEDS"]
