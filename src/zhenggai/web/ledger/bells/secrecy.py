"""The robots' addresses and secrets, kept so that a copy of the database alone writes to no group."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Sealed(Exception):  # noqa: N818 — as the ledger's faults
    """What was kept cannot be read with this installation's key."""


def conceal(text: str) -> str:
    """Return `text` encrypted."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def reveal(kept: str) -> str:
    """Return what `conceal` was given.

    Raises:
        Sealed: another installation has kept it.
    """
    try:
        return _cipher().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        raise Sealed from None


def _cipher() -> Fernet:
    key = hashlib.sha256(b"zhenggai group robots " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
