"""Swift's proxy, account, container and object servers in one eventlet process, one replica."""

import refcloud_env
import refcloud_process

refcloud_process.detach(refcloud_env.HOME / "run" / "swift.pid")

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()

import logging

import refcloud_access
import refcloud_memory_cache

ETC = refcloud_env.etc("swift")
UPDATE_PAUSE = 2  # seconds between two sweeps of the account updates

logging.basicConfig(
    level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
)
log = logging.getLogger("swift")


def start_servers() -> list[eventlet.greenthread.GreenThread]:
    """Start the four servers, each on its own port."""
    from swift.common import wsgi
    from swift.common.http_protocol import SwiftHttpProtocol

    servers = []
    for name in ("account", "container", "object", "proxy"):
        application = wsgi.loadapp(f"{ETC}/{name}.conf", global_conf={"log_name": name})
        port = refcloud_env.PORTS["swift" if name == "proxy" else name]
        if name == "proxy":
            application = refcloud_memory_cache.WithMemoryCache(application)
            application = refcloud_access.WithAccessLog(application, "swift")
        servers.append(
            eventlet.spawn(
                eventlet.wsgi.server,
                eventlet.listen(("127.0.0.1", port), backlog=256),
                application,
                log,
                protocol=SwiftHttpProtocol,
                custom_pool=eventlet.GreenPool(1000),
                log_output=False,
            )
        )
    return servers


def update_accounts() -> None:
    """Do the container updater's work for ever: an account learns of its containers."""
    from swift.container.updater import ContainerUpdater

    updater = ContainerUpdater(
        {
            "swift_dir": ETC,
            "devices": str(refcloud_env.HOME / "data" / "swift"),
            "mount_check": "false",
            "log_address": "/nonexistent",  # no syslog: the records go to our own log
            "account_suppression_time": "0",
        }
    )
    # What fails at one container the updater logs, and tries again in the next sweep. If it fails
    # itself, a cloud that never lists a new container would be worse than none.
    with refcloud_process.exits_on_failure():
        while True:
            eventlet.sleep(UPDATE_PAUSE)
            for path in updater.get_paths():
                updater.container_sweep(path)


with refcloud_process.exits_on_failure():
    from swift.common import constraints, storage_policy, utils

    utils.set_swift_dir(ETC)
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()
    utils.validate_hash_conf()
    running = start_servers()
    eventlet.spawn(update_accounts)
    for server in running:
        server.wait()
