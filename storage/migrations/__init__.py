"""Revisions of the database, in the order of their numbers; see `storage.migrate`."""
