"""Turning the codes of a phone on and off. A person does it alone; who has lost the phone asks the system administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts import recovery, second_factor
from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhenggai.web.accounts.models import Person
    from zhenggai.web.accounts.rights import Rights


@transaction.atomic
def enable_code(*, actor: Actor, person: Person, secret: str, code: str) -> tuple[str, ...]:
    """Ask the person for codes of `secret` at every log-in, once one of them has shown that the phone has it.

    Returns the recovery codes, which are shown once.

    Raises:
        Refused: codes are asked for already.
        Invalid: field `code`.
    """
    if second_factor.has_code(person):
        raise Refused("动态口令已经启用。要更换手机，请先停用再重新启用。")
    if not second_factor.fits(secret, code):
        raise Invalid({"code": "动态口令不正确，请输入手机上当前显示的6位数字，并检查手机时间是否准确。"})
    second_factor.keep(person, secret)
    _record(actor, person, "code.enabled")
    return recovery.make_codes(person, actor.at)


@transaction.atomic
def renew_recovery(*, actor: Actor, person: Person, password: str) -> tuple[str, ...]:
    """Return new recovery codes in place of the old ones; they are shown once.

    Raises:
        Invalid: field `recovery_password`; also where no codes of a phone are asked for.
    """
    if not second_factor.has_code(person):
        raise Invalid({"recovery_password": "还没有启用动态口令，不需要备用码。"})
    if not person.check_password(password):
        raise Invalid({"recovery_password": "密码不正确。"})
    codes = recovery.make_codes(person, actor.at)
    _record(actor, person, "recovery.renewed")
    return codes


@transaction.atomic
def spend_recovery(*, person: Person, code: str, at: dt.datetime, address: str) -> bool:
    """Say whether `code` is a recovery code of the person that was not used, and record its use."""
    if not recovery.use_code(person, code, at):
        return False
    after = {"left": recovery.codes_left(person)} | ({"address": address} if address else {})
    _record(Actor(person.pk, person.name, at), person, "recovery.used", after)
    return True


@transaction.atomic
def disable_code(*, actor: Actor, person: Person, password: str) -> None:
    """Ask the person no more for codes.

    Raises:
        Invalid: field `password`.
    """
    if not person.check_password(password):
        raise Invalid({"password": "密码不正确。"})
    if second_factor.forget(person):
        recovery.forget_codes(person)
        _record(actor, person, "code.disabled")


@transaction.atomic
def remove_code(*, actor: Actor, rights: Rights, person_id: int) -> Person:
    """Ask somebody no more for codes who has lost the phone.

    Raises:
        Refused: the person who acts may not.
        Invalid: none are asked for; field `code`.
    """
    person = person_of(rights, person_id, "person.unlock")
    if not second_factor.forget(person):
        raise Invalid({"code": f"{person.name}没有启用动态口令。"})
    recovery.forget_codes(person)
    _record(actor, person, "code.removed")
    return person


def _record(actor: Actor, person: Person, action: str, after: Mapping[str, object] | None = None) -> None:
    record(
        unit_id=person.unit_id,
        actor=actor,
        action=action,
        subject=Subject("person", person.pk, person.name),
        after=after,
    )
