"""备用码: codes that let a person in without the phone, each once. They are shown when they are made and kept as digests only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from django.conf import settings

from zhenggai.web.accounts.models import RecoveryCode

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.models import Person

COUNT = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""
_LENGTH = 10


def make_codes(person: Person, at: dt.datetime) -> tuple[str, ...]:
    """Return new codes, in two halves for reading; those from before are worth nothing any more."""
    forget_codes(person)
    codes = tuple("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(COUNT))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=_digest(person, code), made_at=at) for code in codes
    )
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def use_code(person: Person, typed: str, at: dt.datetime) -> bool:
    """Say whether `typed` is a code of the person that was not used; from now on it is used, whichever process asks."""
    code = "".join(letter for letter in typed.lower() if letter.isalnum())
    if len(code) != _LENGTH:
        return False
    unused = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at=None)
    return bool(unused.update(used_at=at))


def codes_left(person: Person) -> int:
    """Return how many codes of the person are not used."""
    return RecoveryCode.objects.filter(person=person, used_at=None).count()


def forget_codes(person: Person) -> None:
    """Make all codes of the person worthless."""
    RecoveryCode.objects.filter(person=person).delete()


def _digest(person: Person, code: str) -> str:
    """Return a digest that needs the installation's key, so that a copy of the database alone does not tell the codes."""
    key = hashlib.sha256(b"zhenggai recovery codes " + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{person.pk} {code}".encode(), hashlib.sha256).hexdigest()
