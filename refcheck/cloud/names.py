"""Names that runs give to what they make, as others in the same project see them."""

from __future__ import annotations

import re

_MADE = re.compile(r"rc-[0-9a-f]{8}-.")


def is_of_a_run(name: str) -> bool:
    """Whether some run of refcheck gave this name: nobody else gives such names."""
    return _MADE.match(name) is not None
