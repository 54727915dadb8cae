"""The table of jobs: one row for each that is not done yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from refcheck_server.columns import Base, Utc

TASK, FAULT = 64, 300


class Job(Base):
    """Something to do; the row goes when it is done.

    Attributes:
        task: name of a `jobs.tasks.Task`.
        arguments: JSON; ids of rows, never a secret.
        due_at: when it may be taken. Whoever takes it moves this to when they must be done, so
            that the job of a worker that died is due again by itself.
        attempts: how often it was taken; whoever took it ends it only while this is as they left
            it.
        dead_at: since when nobody tries any more; None while somebody does.
        fault: why the last attempt failed.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "dead_at", "due_at", "id"),
        Index(None, "due_at", "id"),
        {"sqlite_autoincrement": True},  # the number of a job that is done is never used again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(TASK))
    arguments: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc)
    due_at: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int]
    dead_at: Mapped[datetime | None] = mapped_column(Utc)
    fault: Mapped[str | None] = mapped_column(String(FAULT))
