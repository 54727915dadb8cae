"""Cinder's scheduler, volume service and API in one process: native threads, RPC over fake://."""

import refcloud_env
import refcloud_process

refcloud_process.detach(refcloud_env.HOME / "run" / "cinder.pid")

import os
import shlex
import sys

import refcloud_policy  # noqa: F401  (makes decisions cheaper when imported)
import refcloud_sqlite

os.environ["OS_CINDER_DISABLE_EVENTLET_PATCHING"] = "true"
sys.argv = ["cinder", "--config-file", refcloud_env.etc("cinder", "cinder.conf")]

with refcloud_process.exits_on_failure():
    from cinder import monkey_patch

    monkey_patch.patch(backend="threading")
    refcloud_sqlite.serialize_writers()

    import os_brick
    from cinder import coordination, i18n, objects, policy, rpc, service, utils, version
    from cinder.cmd import volume  # noqa: F401  (registers backend_host and others)
    from cinder.common import config, constants
    from oslo_config import cfg
    from oslo_log import log
    from oslo_privsep import priv_context
    from oslo_service import wsgi

    CONF = cfg.CONF
    i18n.enable_lazy()
    objects.register_all()
    CONF(sys.argv[1:], project="cinder", version=version.version_string())
    log.setup(CONF, "cinder")
    config.set_middleware_defaults()
    priv_context.init(root_helper=shlex.split(utils.get_root_helper()))
    os_brick.setup(CONF)
    coordination.COORDINATOR.start()
    rpc.init(CONF)
    # Made lazily by the first requests it is not thread-safe.
    policy.init()
    service.Service.create(binary="cinder-scheduler").start()
    for backend in CONF.enabled_backends:
        service.Service.create(
            host=f"{CONF.host}@{backend}",
            service_name=backend,
            binary=constants.VOLUME_BINARY,
            coordination=True,
        ).start()

    import refcloud_httpd

    api = wsgi.Loader(CONF).load_app(name="osapi_volume")
    refcloud_httpd.serve(api, "cinder", threads=10)
