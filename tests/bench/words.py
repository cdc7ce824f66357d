"""What programs say when they can be measured."""

READY = "Cairn is ready"
SYNCED = "people.synced"
