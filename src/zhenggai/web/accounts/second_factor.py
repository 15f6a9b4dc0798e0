"""动态口令: the one-time codes of a phone (RFC 6238), by allauth; secrets are kept encrypted with the installation's key."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction

from zhenggai.text import fold

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.models import Person

_TOTP = Authenticator.Type.TOTP


class EncryptedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps secrets so that a copy of the database alone opens nothing."""

    def encrypt(self, text: str) -> str:
        """Return `text` encrypted."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` was given."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def has_code(person: Person) -> bool:
    """Say whether the person must give a code of the phone after the password."""
    return bool(Authenticator.objects.filter(user=person, type=_TOTP).exists())


def new_secret() -> str:
    """Return a secret for a phone, in base 32."""
    return str(totp.generate_totp_secret())


def picture_of(person: Person, secret: str) -> str:
    """Return the square code that a phone reads, as an address of its picture."""
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def fits(secret: str, code: str) -> bool:
    """Say whether `code` is one that a phone with `secret` shows now; half a minute early or late is let pass."""
    return bool(totp.validate_totp_code(secret, _figures(code)))


def keep(person: Person, secret: str) -> None:
    """Ask the person for codes of `secret` from now on."""
    totp.TOTP.activate(person, secret)


def forget(person: Person) -> bool:
    """Ask no more for codes; say whether they were asked for."""
    return bool(Authenticator.objects.filter(user=person, type=_TOTP).delete()[0])


@transaction.atomic
def accept(person: Person, code: str, at: dt.datetime) -> bool:
    """Say whether `code` lets the person in. A code counts once, whichever process is asked."""
    kept = Authenticator.objects.select_for_update().filter(user=person, type=_TOTP).first()
    if kept is None:
        return False
    secret = decrypt(kept.data["secret"])
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if counter > kept.data.get("counter", 0) and compare_user_code(actual=_figures(code), expected=expected):
            kept.data["counter"] = counter
            kept.last_used_at = at
            kept.save(update_fields=["data", "last_used_at"])
            return True
    return False


def _figures(code: str) -> str:
    """Return the figures of a code as typed, those of an input method's full width as well."""
    return "".join(fold(code).split())


def _cipher() -> Fernet:
    key = hashlib.sha256(b"zhenggai second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
