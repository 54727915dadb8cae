"""Create Neutron's tables from its models: its migrations are not written for SQLite.

The migrations also fill in the rules that every new security group starts with; without them
groups would be empty, which no real cloud does.
"""

import refcloud_env
import refcloud_sqlite  # noqa: F401  (tunes SQLite when imported)
import sqlalchemy
from neutron.db.migration.models import head
from neutron.db.models.securitygroup_default_rules import SecurityGroupDefaultRule
from sqlalchemy.orm import Session

engine = sqlalchemy.create_engine(f"sqlite:///{refcloud_env.HOME}/db/neutron.sqlite")
head.get_metadata().create_all(engine)
with Session(engine) as session, session.begin():
    for ethertype in ("IPv4", "IPv6"):
        # Everything may leave; only members of a project's default group may reach each other.
        session.add(
            SecurityGroupDefaultRule(
                direction="egress",
                ethertype=ethertype,
                used_in_default_sg=True,
                used_in_non_default_sg=True,
            )
        )
        session.add(
            SecurityGroupDefaultRule(
                direction="ingress",
                ethertype=ethertype,
                remote_group_id="PARENT",
                used_in_default_sg=True,
                used_in_non_default_sg=False,
            )
        )
