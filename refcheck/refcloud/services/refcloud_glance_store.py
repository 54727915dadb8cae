"""Have Glance's file store keep empty pieces cheaply, when it is imported before Glance."""

import refcloud_empty
from glance_store._drivers import filesystem
from glance_store.common import utils


def _hasher(algorithm: str, usedforsecurity: bool = True) -> refcloud_empty.Hasher:  # noqa: ARG001
    return refcloud_empty.Hasher(str(algorithm))


utils.get_hasher = _hasher
# It asks `any` for each piece whether there is something in it, which looks at each byte.
filesystem.any = refcloud_empty.has_content
