"""Looking into a guest, over real SSH on loopback."""

import asyncio
import threading
from contextlib import contextmanager

import asyncssh
import pytest

from refcheck.cloud.guest import Door, KeyRefused, NoGuest, disks_of, look_inside
from refcheck.cloud.guest_key import GuestKey
from refcheck.cloud.waiting import Clock

KEY = GuestKey("seed")
FILES = {
    "/proc/sys/kernel/hostname": "one.novalocal\n",
    "/proc/cpuinfo": "processor\t: 0\nmodel name\t: x\n\nprocessor\t: 1\nmodel name\t: x\n",
    ".ssh/authorized_keys": f"{KEY.public} from nova\n\n",
    "/proc/partitions": "major minor  #blocks  name\n\n 252  0  1048576 vda\n 252  1  1047552 vda1\n",
    "/proc/sys/kernel/random/boot_id": "b1\n",
}


class Guest(asyncssh.SSHServer):
    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        line = key.export_public_key("openssh").decode().strip()
        return (username, line) == ("cirros", KEY.public)


@contextmanager
def serving(files):
    def carry_out(process):
        text = files.get(process.command.removeprefix("cat "))
        process.stdout.write(text or "")
        process.exit(text is None)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    options = {"server_host_keys": [asyncssh.generate_private_key("ssh-ed25519")]}

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Guest, process_factory=carry_out, config=None, **options
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield server.get_port()
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class Hurried:
    """A clock on which every pause is a minute."""

    def __init__(self):
        self.time = 1.0

    def clock(self):
        return Clock(lambda: self.time, self.sleep)

    def sleep(self, _seconds):
        self.time += 60


def test_a_guest_tells_what_it_is():
    with serving(FILES) as port:
        inside = look_inside(Door("127.0.0.1", port, "cirros", KEY), budget=20)
    assert (inside.host_name, inside.vcpus, inside.boot_id) == ("one", 2, "b1")
    assert inside.disks == {"vda": 1 << 20}
    assert inside.has_key(KEY.public)
    assert not inside.has_key(GuestKey("other").public)


@pytest.mark.parametrize("door", [("root", KEY), ("cirros", GuestKey("other"))])
def test_a_guest_that_answers_and_does_not_let_in_refuses_the_key(door):
    with serving(FILES) as port, pytest.raises(KeyRefused, match=f"{door[0]}@127.0.0.1"):
        look_inside(Door("127.0.0.1", port, *door), budget=20, clock=Hurried().clock())


def test_a_guest_that_does_not_show_a_file_cannot_be_asked():
    without = {path: text for path, text in FILES.items() if path != "/proc/cpuinfo"}
    with serving(without) as port, pytest.raises(NoGuest, match="does not show /proc/cpuinfo"):
        look_inside(Door("127.0.0.1", port, "cirros", KEY), budget=20)


def test_where_nobody_listens_there_is_no_guest_and_it_is_tried_until_the_time_is_up():
    clock = Hurried()
    with serving(FILES) as port:
        pass
    with pytest.raises(NoGuest, match=r"within 100 s \(ConnectionRefusedError"):
        look_inside(Door("127.0.0.1", port, "cirros", KEY), budget=100, clock=clock.clock())
    assert clock.time == 121


@pytest.mark.parametrize("name", ["loop0", "ram1", "zram0", "sr0", "dm-0", "vda1", "nvme0n1p2"])
def test_what_is_no_disk_is_not_among_the_disks(name):
    table = f" 252 0 10 vda\n 259 0 20 nvme0n1\n 1 0 5 {name}\n"
    assert disks_of(table) == {"vda": 10, "nvme0n1": 20}


def test_the_key_is_the_same_wherever_the_seed_is_and_no_text_of_it_shows_the_seed():
    assert GuestKey("seed").private == KEY.private
    assert GuestKey("other").public != KEY.public
    assert KEY.public.startswith("ecdsa-sha2-nistp256 ")
    assert "seed" not in repr(Door("a", 22, "u", KEY))
