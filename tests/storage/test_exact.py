"""Exact numbers: what is written is read back, in both databases, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.types import Exact

AMOUNTS = [
    "0", "7.5", "-7.5", "0.1", "0.000001", "-0.000001", "999999999999.999999", "-999999999999.999999", "100", "1E+11",
]  # fmt: skip
numbers = Table("numbers_to_test", MetaData(), Column("id", Integer, primary_key=True), Column("amount", Exact()))


def test_every_digit_comes_back(database: Database) -> None:
    with database.session() as session:
        numbers.create(session.connection())
        session.execute(insert(numbers), [{"amount": Decimal(each)} for each in [*AMOUNTS, "0.2"]] + [{"amount": None}])

        read = list(session.scalars(select(numbers.c.amount).order_by(numbers.c.id)))

        assert read == [*map(Decimal, AMOUNTS), Decimal("0.2"), None]
        assert str(read[1]) == "7.5"
        over_a_tenth = select(func.count()).where(numbers.c.amount > Decimal("0.1"))
        assert session.scalar(over_a_tenth) == 5
        small = select(func.sum(numbers.c.amount)).where(numbers.c.amount.between(Decimal("0.1"), Decimal("0.2")))
        assert session.scalar(small) == Decimal("0.3"), "a float says 0.30000000000000004"


@pytest.mark.parametrize("amount", ["1000000000000", "0.0000001", "NaN", "Infinity"])
def test_what_doesnt_fit_is_refused(database: Database, amount: str) -> None:
    with database.session() as session, pytest.raises(StatementError):
        session.execute(select(numbers.c.amount).where(numbers.c.amount == Decimal(amount)))
