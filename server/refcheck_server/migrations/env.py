"""Alembic's entry: runs the migrations on the connection that `migrating` hands over.

A new database needs none: it gets the tables of the models, and counts as migrated.
"""

from __future__ import annotations

from alembic import context

from refcheck_server.accounts import models as _accounts  # noqa: F401 - registers its tables
from refcheck_server.audit import models as _audit  # noqa: F401 - registers its tables
from refcheck_server.columns import Base
from refcheck_server.evidence import models as _evidence  # noqa: F401 - registers its tables
from refcheck_server.jobs import models as _jobs  # noqa: F401 - registers its tables
from refcheck_server.marketplace import models as _marketplace  # noqa: F401 - registers its tables
from refcheck_server.notices import models as _notices  # noqa: F401 - registers its tables
from refcheck_server.products import models as _products  # noqa: F401 - registers its tables
from refcheck_server.refstack import models as _refstack  # noqa: F401 - registers its tables
from refcheck_server.results import models as _results  # noqa: F401 - registers its tables
from refcheck_server.review import models as _review  # noqa: F401 - registers its tables
from refcheck_server.vendors import models as _vendors  # noqa: F401 - registers its tables

connection = context.config.attributes["connection"]
if context.config.attributes["new"]:
    Base.metadata.create_all(connection, checkfirst=False)
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
