"""Turning the codes of a phone on and off. A person does it alone; who has lost the phone asks the system administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts import second_factor
from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused

if TYPE_CHECKING:
    from zhenggai.web.accounts.models import Person
    from zhenggai.web.accounts.rights import Rights


@transaction.atomic
def enable_code(*, actor: Actor, person: Person, secret: str, code: str) -> None:
    """Ask the person for codes of `secret` at every log-in, once one of them has shown that the phone has it.

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


@transaction.atomic
def disable_code(*, actor: Actor, person: Person, password: str) -> None:
    """Ask the person no more for codes.

    Raises:
        Invalid: field `password`.
    """
    if not person.check_password(password):
        raise Invalid({"password": "密码不正确。"})
    if second_factor.forget(person):
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
    _record(actor, person, "code.removed")
    return person


def _record(actor: Actor, person: Person, action: str) -> None:
    record(
        unit_id=person.unit_id,
        actor=actor,
        action=action,
        subject=Subject("person", person.pk, person.name),
        after=None,
    )
