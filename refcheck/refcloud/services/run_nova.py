"""Nova's conductor, scheduler, compute and API in one process: native threads, RPC over fake://."""

import refcloud_env
import refcloud_process

refcloud_process.detach(refcloud_env.HOME / "run" / "nova.pid")

import os
import shlex
import sys

import refcloud_policy  # noqa: F401  (makes decisions cheaper when imported)
import refcloud_sqlite

os.environ["OS_NOVA_CONFIG_DIR"] = refcloud_env.etc("nova")
sys.argv = ["nova"]  # nova parses it


def start_workers() -> None:
    """Start what the API talks to, then tell the API's database about the one host."""
    from nova import context, service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler

    for binary, topic, alternative in (
        ("nova-conductor", conductor.RPC_TOPIC, None),
        ("nova-scheduler", scheduler.RPC_TOPIC, None),
        ("nova-compute", compute.RPC_TOPIC, compute.RPC_TOPIC_ALT),
    ):
        # service.serve() would fork, and fake:// reaches only its own process.
        service.Service.create(binary=binary, topic=topic, topic_alt=alternative).start()
    host_mapping.discover_hosts(context.get_admin_context())


with refcloud_process.exits_on_failure():
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")
    refcloud_sqlite.serialize_writers()

    import nova.conf
    import os_brick
    import os_vif
    import refcloud_compute_driver
    from nova import objects, policy, utils
    from nova.api.openstack import wsgi_app
    from oslo_privsep import priv_context

    # nova imports drivers below nova.virt only.
    sys.modules["nova.virt.refcloud_compute_driver"] = refcloud_compute_driver

    # First of all, because it parses the configuration itself, and that goes only once.
    wsgi_app.init_global_data(wsgi_app._get_config_files(), "nova", "nova")
    objects.register_all()
    priv_context.init(root_helper=shlex.split(utils.get_root_helper()))
    os_brick.setup(nova.conf.CONF)
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    # Made lazily by the first requests it is not thread-safe.
    policy.init()
    refcloud_env.wait_for("keystone", "placement")  # nova-compute asks both when it starts
    start_workers()

    import refcloud_httpd
    from nova.wsgi import osapi_compute

    refcloud_httpd.serve(osapi_compute.application, "nova", threads=12)
