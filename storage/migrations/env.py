"""Alembic's entry: runs revisions on the connection, and in the transaction, that `storage.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from storage.schema import metadata
from storage.types import Exact, NamesJSON, NumbersJSON, UTCDateTime, Words


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Revisions name plain column types, so that they still run when ours have changed."""
    if kind != "type":
        return False
    match item:
        case UTCDateTime():
            return "sa.DateTime(timezone=True)"
        case Words():
            return "sa.Text()"
        case NumbersJSON() | NamesJSON():
            return "sa.JSON()"
        case Exact():
            return "sa.BigInteger()"
        case AutoString():
            return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    render_as_batch=True,  # SQLite can't alter a column or a constraint in place
    user_module_prefix="",
)
context.run_migrations()
