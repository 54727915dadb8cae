"""Nova's own fake driver with a guest in each server, and snapshots that really upload an image."""

import base64
import io
from collections.abc import Callable, Mapping
from typing import Any

from nova.compute import task_states
from nova.image import glance
from nova.virt import driver, fake
from refcloud_guests import Guests
from refcloud_machine import Machine


class RefcloudComputeDriver(fake.FakeDriverWithoutFakeNodes):
    """One fake host, large enough for any test.

    Not `FakeDriver`: with that one the second start fails for want of a local node identity.
    """

    vcpus = 1000
    memory_mb = 800_000
    local_gb = 600_000

    def init_host(self, host: str) -> None:
        """Be ready for guests."""
        super().init_host(host)
        self._guests = Guests()

    def spawn(
        self,
        context: Any,
        instance: Any,
        image_meta: Any,
        injected_files: Any,
        admin_password: str | None,
        allocations: Any,
        network_info: Any = None,
        block_device_info: Any = None,
        power_on: bool = True,
        accel_info: Any = None,
    ) -> None:
        """Make the guest of what Nova hands over."""
        super().spawn(
            context, instance, image_meta, injected_files, admin_password, allocations,
            network_info, block_device_info, power_on, accel_info,
        )  # fmt: skip
        self._make_guest(instance, network_info, block_device_info, admin_password, power_on)

    def _make_guest(
        self,
        instance: Any,
        network_info: Any,
        block_device_info: Any,
        admin_password: str | None = None,
        power_on: bool = True,
    ) -> None:
        vifs = instance.get_network_info() if network_info is None else network_info
        machine = machine_of(instance, admin_password)
        machine.ports = {vif["id"] for vif in vifs}
        for attached in driver.block_device_info_get_mapping(block_device_info):
            _plug(machine, attached["connection_info"], attached["mount_device"])
        if power_on:
            machine.boot()
        self._guests.put(machine)

    def destroy(self, context: Any, instance: Any, *rest: Any, **options: Any) -> None:
        """Take the guest away too."""
        super().destroy(context, instance, *rest, **options)
        self._guests.remove(instance.uuid)

    def power_off(self, instance: Any, timeout: int = 0, retry_interval: int = 0) -> None:
        """Nobody answers any more."""
        super().power_off(instance, timeout, retry_interval)
        self._turn(instance, on=False)

    def power_on(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: Any = None,
        accel_info: Any = None,
        share_info: Any = None,
    ) -> None:
        """Boot the guest, also of a server that was off when this process started."""
        if instance.uuid not in self.instances:
            self.spawn(
                context, instance, instance.image_meta, None, None, None,
                network_info, block_device_info,
            )  # fmt: skip
            return
        super().power_on(context, instance, network_info, block_device_info, accel_info, share_info)
        self._turn(instance, on=True)

    def resume_state_on_host_boot(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        share_info: Any,
        block_device_info: Any = None,
    ) -> None:
        """Bring back a server that was on when the process before this one ended."""
        self.power_on(context, instance, network_info, block_device_info)

    def pause(self, instance: Any) -> None:
        """Nobody answers."""
        self._turn(instance, on=False, boot=False)

    def unpause(self, instance: Any) -> None:
        """Go on where it was."""
        self._turn(instance, on=True, boot=False)

    def suspend(self, context: Any, instance: Any) -> None:
        """Nobody answers."""
        self._turn(instance, on=False, boot=False)

    def resume(self, context: Any, instance: Any, *_: Any, **__: Any) -> None:
        """Go on where it was."""
        self._turn(instance, on=True, boot=False)

    def _turn(self, instance: Any, *, on: bool, boot: bool = True) -> None:
        machine = self._guests.get(instance.uuid)
        if machine is None:
            return
        if on and boot:
            machine.boot()
        else:
            machine.is_on = on

    def migrate_disk_and_power_off(self, context: Any, instance: Any, *_: Any, **__: Any) -> None:
        """Before it has its new size nobody answers."""
        self._turn(instance, on=False)

    def finish_revert_migration(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        migration: Any,
        block_device_info: Any = None,
        power_on: bool = True,
        **options: Any,
    ) -> None:
        """Make the guest anew, of the old size."""
        super().finish_revert_migration(
            context, instance, network_info, migration, block_device_info, power_on, **options
        )
        self._make_guest(instance, network_info, block_device_info, power_on=power_on)

    def finish_migration(
        self,
        context: Any,
        migration: Any,
        instance: Any,
        disk_info: Any,
        network_info: Any,
        image_meta: Any,
        resize_instance: bool,
        allocations: Any,
        block_device_info: Any = None,
        power_on: bool = True,
        share_info: Any = None,
    ) -> None:
        """Make the guest anew, of the new size."""
        # What we inherit forgets to hand the network on.
        self.spawn(
            context, instance, image_meta, None, None, allocations,
            network_info, block_device_info, power_on,
        )  # fmt: skip

    def attach_volume(
        self, context: Any, connection_info: Any, instance: Any, mountpoint: str, *rest: Any,
        **options: Any,
    ) -> None:  # fmt: skip
        """Have the guest see one disk more."""
        super().attach_volume(context, connection_info, instance, mountpoint, *rest, **options)
        if machine := self._guests.get(instance.uuid):
            _plug(machine, connection_info, mountpoint)

    def detach_volume(
        self, context: Any, connection_info: Any, instance: Any, mountpoint: str, *rest: Any,
        **options: Any,
    ) -> None:  # fmt: skip
        """Have the guest see one disk less."""
        super().detach_volume(context, connection_info, instance, mountpoint, *rest, **options)
        if machine := self._guests.get(instance.uuid):
            machine.volumes.pop(_device(mountpoint), None)

    def attach_interface(self, context: Any, instance: Any, image_meta: Any, vif: Any) -> None:
        """Plug the guest into one port more."""
        super().attach_interface(context, instance, image_meta, vif)
        if machine := self._guests.get(instance.uuid):
            machine.ports.add(vif["id"])

    def detach_interface(self, context: Any, instance: Any, vif: Any) -> None:
        """Unplug the guest."""
        super().detach_interface(context, instance, vif)
        if machine := self._guests.get(instance.uuid):
            machine.ports.discard(vif["id"])

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


def machine_of(instance: Any, admin_password: str | None) -> Machine:
    """The guest that a server's description asks for; not booted, not plugged into anything."""
    keys = {instance.key_name: instance.key_data} if instance.key_data else {}
    meta_data = {
        "uuid": instance.uuid,
        "name": instance.display_name,
        "hostname": instance.hostname,
        "project_id": instance.project_id,
        "meta": dict(instance.metadata),
        "public_keys": keys,
    }
    if admin_password:
        meta_data["admin_pass"] = admin_password
    return Machine(
        uuid=instance.uuid,
        host_name=instance.hostname,
        vcpus=instance.flavor.vcpus,
        memory_mib=instance.flavor.memory_mb,
        root_device=_device(instance.root_device_name or "/dev/sda"),
        root_gib=instance.flavor.root_gb,
        authorized_keys=tuple(keys.values()),
        meta_data=meta_data,
        user_data=base64.b64decode(instance.user_data or ""),
    )


def _plug(machine: Machine, connection_info: Mapping[str, Any], mountpoint: str) -> None:
    machine.volumes[_device(mountpoint)] = connection_info["data"]["device_path"]


def _device(mountpoint: str) -> str:
    return mountpoint.rpartition("/")[2]
