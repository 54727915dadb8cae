"""What a service of refcloud must know about its cloud: folders, ports, passwords.

Everything in this folder runs inside the environment of the services, never in refcheck's own,
so it may import OpenStack and must not import refcheck.
"""

import json
import os
import socket
import time
from pathlib import Path

SETTINGS = json.loads(Path(os.environ["REFCLOUD_SETTINGS"]).read_text())
HOME = Path(SETTINGS["home"])
PORTS = SETTINGS["ports"]
PASSWORDS = SETTINGS["passwords"]
IDENTITY_URL = f"http://127.0.0.1:{PORTS['keystone']}/v3"


def etc(*parts: str) -> str:
    """Path of a configuration file of this cloud."""
    return str(HOME.joinpath("etc", *parts))


def wait_for(*names: str) -> None:
    """Wait, a minute at most for each, until these services of the cloud listen."""
    for name in names:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORTS[name])) == 0:
                    break
            time.sleep(0.05)
