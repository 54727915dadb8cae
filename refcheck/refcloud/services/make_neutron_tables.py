"""Create Neutron's tables from its models: its migrations are not written for SQLite."""

import refcloud_env
import refcloud_sqlite  # noqa: F401  (tunes SQLite when imported)
import sqlalchemy
from neutron.db.migration.models import head

engine = sqlalchemy.create_engine(f"sqlite:///{refcloud_env.HOME}/db/neutron.sqlite")
head.get_metadata().create_all(engine)
