"""Neutron's API in one process: RPC over fake://, no agents."""

import refcloud_env
import refcloud_process

refcloud_process.detach(refcloud_env.HOME / "run" / "neutron.pid")

import os
import sys

import refcloud_policy  # noqa: F401  (makes decisions cheaper when imported)
import refcloud_sqlite

os.environ["OS_NEUTRON_CONFIG_DIR"] = refcloud_env.etc("neutron")
os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
sys.argv = ["neutron"]  # the application parses it
with refcloud_process.exits_on_failure():
    from oslo_service import backend

    backend.init_backend(backend.BackendType.THREADING)
    refcloud_sqlite.serialize_writers()
    import refcloud_floating_ips
    import refcloud_httpd
    from neutron import policy
    from neutron.wsgi import api

    # Made lazily by the first requests it is not thread-safe: an administrator got a 403.
    policy.init()
    # After the application, which makes the plugins whose events it listens to.
    application, floating_ips = api.application, refcloud_floating_ips.FloatingIPs()
    refcloud_httpd.serve(application, "neutron", threads=10)
