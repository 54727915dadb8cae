"""Make the databases and rings of a new cloud with the services' own tools."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from refcheck.refcloud import folders
from refcheck.refcloud.folders import Home
from refcheck.refcloud.settings import Settings
from refcheck.refcloud.tools import Tools

NEXT_STEP = "Try `refcheck refcloud up --rebuild`; the log tells what the tool missed."


class Builder:
    """Runs the tools of the services for one cloud."""

    def __init__(self, home: Home, settings: Settings, tools: Tools) -> None:
        self._home = home
        self._settings = settings
        self._tools = tools

    def make_all(self) -> None:
        """Make everything, three services at a time (nova's migrations take the longest).

        Raises:
            RefcloudFault: a tool failed.
        """
        with ThreadPoolExecutor(3) as pool, self._tools:
            makers = (self.nova, self.neutron, self.keystone, self.small_ones, self.rings)
            for made in [pool.submit(maker) for maker in makers]:
                made.result()

    def keystone(self) -> None:
        """Make Keystone's database with the administrator in it."""
        manage = ("keystone-manage", *self._config("keystone", "keystone.conf"))
        url = self._settings.identity_url
        self._tool(*manage, "db_sync")
        self._tool(
            *manage,
            *("bootstrap", "--bootstrap-region-id", "RegionOne"),
            *("--bootstrap-admin-url", url),
            *("--bootstrap-public-url", url),
            *("--bootstrap-internal-url", url),
        )

    def nova(self) -> None:
        """Make Nova's three databases and map its two cells."""
        manage = ("nova-manage", *self._config("nova", "nova.conf"))
        cell0 = f"sqlite:///{self._home.path}/db/nova_cell0.sqlite"
        self._tool(*manage, "api_db", "sync")
        self._tool(*manage, "cell_v2", "map_cell0", "--database_connection", cell0)
        self._tool(*manage, "db", "sync")
        self._tool(*manage, "cell_v2", "create_cell", "--name", "cell1")

    def neutron(self) -> None:
        """Make Neutron's database from its models, and say that it is up to date."""
        self._script("make_neutron_tables.py", log="neutron-db")
        self._tool("neutron-db-manage", *self._config("neutron", "neutron.conf"), "stamp", "heads")

    def small_ones(self) -> None:
        """Make the databases of Cinder, Glance and Placement."""
        self._tool("cinder-manage", *self._config("cinder", "cinder.conf"), "db", "sync")
        self._tool("glance-manage", *self._config("glance", "glance-api.conf"), "db_sync")
        self._tool("placement-manage", *self._config("placement", "placement.conf"), "db", "sync")

    def rings(self) -> None:
        """Make Swift's three rings: one device, one replica."""
        for name in ("account", "container", "object"):
            device = f"r1z1-127.0.0.1:{self._settings.ports[name]}/d1"
            builder = self._home.etc("swift", f"{name}.builder")
            builder.unlink(missing_ok=True)
            for step in (("create", "6", "1", "1"), ("add", device, "1"), ("rebalance",)):
                # Status 1 is a warning: one device is few.
                self._tool("swift-ring-builder", str(builder), *step, accept=1)

    def fill_identity(self) -> None:
        """Fill Keystone's catalogue, users and projects; it must be running."""
        with self._tools:
            self._script("fill_identity.py", log="fill")

    def fill_cloud(self) -> None:
        """Make flavors, images and the external network; everything must be running."""
        with self._tools:
            self._script("fill_cloud.py", log="fill")

    def _config(self, *parts: str) -> tuple[str, str]:
        return "--config-file", str(self._home.etc(*parts))

    def _tool(self, name: str, *arguments: str, accept: int = 0) -> None:
        script = str(Path(self._settings.venv, "bin", name))
        self._script("run_tool.py", script, *arguments, log=name, accept=accept)

    def _script(self, script: str, *arguments: str, log: str, accept: int = 0) -> None:
        python = Path(self._settings.venv, "bin", "python")
        command: list[str | Path] = [python, folders.SERVICES / script, *arguments]
        what = " ".join(Path(part).name for part in command[1:])
        self._tools.run(what, command, self._home.log(log), NEXT_STEP, accept=accept)
