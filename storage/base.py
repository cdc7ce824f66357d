"""What every table shares: it belongs to a workspace."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Owned(SQLModel):
    """A row of one workspace; sessions bound to a workspace filter by it and fill it in."""

    workspace_id: str = Field(default="", max_length=32)


class Keyed(Owned):
    """A row with a number of its own."""

    id: int | None = Field(default=None, primary_key=True)

    @property
    def key(self) -> int:
        """The primary key of a stored row."""
        if self.id is None:
            raise RuntimeError(f"this {type(self).__name__} isn't stored yet")
        return self.id


def is_written(column: Any, value: str) -> ColumnElement[bool]:
    """That a column has this value, written out: with a parameter neither database would use a partial index."""
    condition: ColumnElement[bool] = column == literal(value, literal_execute=True)
    return condition
