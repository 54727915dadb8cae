"""Cinder driver that keeps every volume and snapshot as a sparse local file.

Needs no root, LVM, iSCSI or qemu-img. Images must be raw.
"""

from pathlib import Path
from typing import Any

from cinder import exception, interface
from cinder.volume import driver
from oslo_config import cfg
from refcloud_sparse import sparse_copy

CONF = cfg.CONF
GIB = 1 << 30


@interface.volumedriver
class FileVolumeDriver(driver.CloneableImageVD, driver.BaseVD):
    """Volumes are files below the service's state folder; a snapshot or clone is a copy."""

    VERSION = "1.0.0"
    CI_WIKI_NAME = "none"

    def __init__(self, *args: Any, **options: Any) -> None:
        """Keep the files in `volumes` below cinder's state_path."""
        super().__init__(*args, **options)
        self._folder = Path(CONF.state_path, "volumes")

    def _file(self, item: Any) -> Path:
        return self._folder / item.name

    def do_setup(self, context: Any) -> None:
        """Make the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def check_for_setup_error(self) -> None:
        """Find none: there is only a folder."""

    def create_volume(self, volume: Any) -> None:
        """Make a file that is one hole."""
        with self._file(volume).open("wb") as file:
            file.truncate(volume.size * GIB)

    def delete_volume(self, volume: Any) -> None:
        """Delete the file, if it is there."""
        self._file(volume).unlink(missing_ok=True)

    delete_snapshot = delete_volume

    def create_snapshot(self, snapshot: Any) -> None:
        """Copy the volume."""
        sparse_copy(self._file(snapshot.volume), self._file(snapshot))

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        """Copy the snapshot."""
        sparse_copy(self._file(snapshot), self._file(volume), volume.size * GIB)

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        """Copy the other volume."""
        sparse_copy(self._file(src_vref), self._file(volume), volume.size * GIB)

    def revert_to_snapshot(self, context: Any, volume: Any, snapshot: Any) -> None:
        """Copy the snapshot back."""
        sparse_copy(self._file(snapshot), self._file(volume), volume.size * GIB)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        """Lengthen the hole at the end."""
        with self._file(volume).open("r+b") as file:
            file.truncate(new_size * GIB)

    def clone_image(
        self, context: Any, volume: Any, image_location: Any, image_meta: Any, image_service: Any
    ) -> tuple[None, bool]:
        """Download the image here; saying "cloned" keeps cinder away from qemu-img."""
        self._download(context, volume, image_service, image_meta["id"])
        return None, True

    def copy_image_to_volume(
        self,
        context: Any,
        volume: Any,
        image_service: Any,
        image_id: str,
        disable_sparse: bool = False,
    ) -> None:
        """Download the image into the file."""
        self._download(context, volume, image_service, image_id)

    def _download(self, context: Any, volume: Any, image_service: Any, image_id: str) -> None:
        with self._file(volume).open("wb") as file:
            image_service.download(context, image_id, file)
            if file.tell() > volume.size * GIB:
                raise exception.ImageUnacceptable(
                    image_id=image_id, reason="it is larger than the volume"
                )
            file.truncate(volume.size * GIB)

    def copy_volume_to_image(
        self, context: Any, volume: Any, image_service: Any, image_meta: Any
    ) -> None:
        """Upload the file."""
        with self._file(volume).open("rb") as file:
            image_service.update(context, image_meta["id"], {}, file)

    def ensure_export(self, context: Any, volume: Any) -> None:
        """Export nothing: the fake hypervisor never opens a volume."""

    def create_export(self, context: Any, volume: Any, connector: Any) -> None:
        """Export nothing."""

    def remove_export(self, context: Any, volume: Any) -> None:
        """Have nothing to take back."""

    def initialize_connection(self, volume: Any, connector: Any, **_: Any) -> dict[str, Any]:
        """Name the file as a local device."""
        return {
            "driver_volume_type": "local",
            "data": {"device_path": str(self._file(volume))},
        }

    def terminate_connection(self, volume: Any, connector: Any, **_: Any) -> None:
        """Have nothing to close."""

    def _update_volume_stats(self) -> None:
        pool = {
            "pool_name": "file",
            "total_capacity_gb": 10_000,
            "free_capacity_gb": 10_000,
            "provisioned_capacity_gb": 0,
            "allocated_capacity_gb": 0,
            "reserved_percentage": 0,
            "max_over_subscription_ratio": 20.0,
            "thin_provisioning_support": True,
            "thick_provisioning_support": False,
            "multiattach": True,
            "QoS_support": False,
            "online_extend_support": True,
        }
        self._stats = {
            "volume_backend_name": "file",
            "vendor_name": "refcloud",
            "driver_version": self.VERSION,
            "storage_protocol": "local",
            "multiattach": True,
            "sparse_copy_volume": True,
            "pools": [pool],
        }
