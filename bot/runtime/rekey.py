"""`python -m bot rekey`: seal all words with the first of the keys, while Cairn runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.fernet import Fernet, MultiFernet

from bot.errors import SettingsError
from storage import rekeying
from storage.database import Database

NO_KEY = "CAIRN_SECRET_KEY is empty: put the key there that words are to be sealed with, before any older ones."


@dataclass(frozen=True)
class Rekeyed:
    """How many words were sealed anew, and how many none of the keys opens."""

    resealed: int
    unreadable: int


@dataclass(frozen=True)
class Ring:
    """The key that seals, and all that open."""

    primary: Fernet
    keys: MultiFernet


def ring(keys: str | None) -> Ring:
    """The keys as CAIRN_SECRET_KEY names them; raises SettingsError where there is none."""
    listed = [Fernet(key.strip()) for key in (keys or "").split(",") if key.strip()]
    if not listed:
        raise SettingsError(NO_KEY)
    return Ring(listed[0], MultiFernet(listed))


def total(database: Database) -> int:
    """How many rows hold words."""
    with database.session() as session:
        return sum(rekeying.count(session, part) for part in rekeying.parts())


def rekey(database: Database, keys: Ring, done: Callable[[int], None]) -> Rekeyed:
    """Seal everything with the first key, a small transaction at a time; `done` hears how many rows each had.

    Stopped anywhere, it can be run again: what is sealed with the first key already is left as it is.
    """
    resealed = unreadable = 0
    for part in rekeying.parts():
        after = None
        while True:
            with database.session() as session:
                step = rekeying.step(session, part, after, keys.primary, keys.keys)
            if step is None:
                break
            after = step.last
            resealed, unreadable = resealed + step.resealed, unreadable + step.unreadable
            done(step.rows)
    return Rekeyed(resealed, unreadable)
