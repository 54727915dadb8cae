"""Nova's own fake driver, except that a snapshot really uploads an (almost empty) image."""

import io
from collections.abc import Callable
from typing import Any

from nova.compute import task_states
from nova.image import glance
from nova.virt import fake


class RefcloudComputeDriver(fake.FakeDriverWithoutFakeNodes):
    """One fake host, large enough for any test.

    Not `FakeDriver`: with that one the second start fails for want of a local node identity.
    """

    vcpus = 1000
    memory_mb = 800_000
    local_gb = 600_000

    def snapshot(
        self, context: Any, instance: Any, image_id: str, update_task_state: Callable[..., Any]
    ) -> None:
        """Do what the fake driver does, then upload: it only sets the task state."""
        super().snapshot(context, instance, image_id, update_task_state)
        update_task_state(
            task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_UPLOADING
        )
        images = glance.API()
        meta = {
            "status": "active",
            "disk_format": "raw",
            "container_format": "bare",
            "name": images.get(context, image_id).get("name"),
            "properties": {"image_state": "available", "owner_id": instance.project_id},
        }
        body = b"refcloud snapshot of " + instance.uuid.encode() + b"\0" * 4096
        images.update(context, image_id, meta, io.BytesIO(body))
