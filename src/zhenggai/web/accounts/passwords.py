"""What a password must be (GB/T 22239—2019, 身份鉴别: complex secrets; the figures are assessors' habit)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from random import Random

    from zhenggai.web.accounts.models import Person

LEAST = 10
KINDS = 3
REMEMBERED = 5
"""How many of the last passwords, the present one among them, may not be taken again."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d\s]")


class RulesValidator:
    """At least ten characters of three kinds, and neither the log-in name nor one character over and over."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Let a good password pass.

        Raises:
            ValidationError: with one Chinese sentence for each rule that is broken.
        """
        faults = []
        if len(password) < LEAST:
            faults.append(f"密码至少{LEAST}位。")
        if sum(bool(re.search(kind, password)) for kind in _KINDS) < KINDS:
            faults.append("密码要包含大写字母、小写字母、数字、符号中的至少三类。")
        login = (user.login if user else None) or ""
        if login and login.lower() in password.lower():
            faults.append("密码不能包含登录名。")
        if password and len(set(password)) < 5:
            faults.append("密码中相同的字符太多。")
        if faults:
            raise ValidationError(faults)

    def get_help_text(self) -> str:
        """Return the rules in one Chinese sentence."""
        return f"至少{LEAST}位，包含大写字母、小写字母、数字、符号中的至少三类，不含登录名。"


def used_before(person: Person, password: str) -> bool:
    """Say whether `password` is one of the person's last ones."""
    return any(check_password(password, former) for former in person.former_passwords)


def keep_former(person: Person) -> None:
    """Remember the present password among the last ones; with the present one they are `REMEMBERED`."""
    person.former_passwords = [person.password, *person.former_passwords][: REMEMBERED - 1]


def first_password(random: Random) -> str:
    """Return a password that can be read from a screen and typed: two groups of letters and one of figures."""
    groups = ["".join(random.choice(_LETTERS) for _ in range(5)) for _ in range(2)]
    return f"{groups[0].capitalize()}-{groups[1]}-{random.randint(1000, 9999)}"
