"""How much is measured: a tenth of everything, or all of it with SIZE=full."""

from __future__ import annotations

import os

IS_FULL = os.getenv("SIZE") == "full"


def scaled(full: int) -> int:
    """A size, or a tenth of it."""
    return full if IS_FULL else full // 10
