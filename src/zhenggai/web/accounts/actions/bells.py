"""Where a person is rung beside the inbox: by e-mail, and by which name a group's robot calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights

_LONGEST = 200
_GROUP_NAME = re.compile(r"[A-Za-z0-9_$:][A-Za-z0-9_.@$:=-]{0,63}")
"""What 企业微信 and 钉钉 take for a person; `all` and what begins with @ would call everybody."""


@transaction.atomic
def set_bells(*, actor: Actor, rights: Rights, person_id: int, mail: str, group_name: str, bells: bool) -> Person:
    """Set how a person is rung: one's own, or that of a person of the unit whose people one looks after.

    The event says that an address was set or taken away, not which: it is the person's own affair.

    Raises:
        Unknown, Refused: it is not one's own and one does not look after it; or the person has left.
        Invalid: field `mail` or `group_name`.
    """
    if person_id == rights.person_id:
        person = Person.objects.select_for_update().get(pk=person_id)
    else:
        person = person_of(rights, person_id, "organization.edit")
    if person.left_on:
        raise Refused(f"{person.name}已离任，不再发送提醒。")
    mail, group_name = mail.strip(), group_name.strip()
    faults = {}
    if mail and not _is_mail(mail):
        faults["mail"] = "邮箱地址的格式不对，请核对，如 someone@unit.example。"
    if group_name and (not _GROUP_NAME.fullmatch(group_name) or group_name.lower() == "all"):
        faults["group_name"] = "群内账号只能有字母、数字和符号，是企业微信或钉钉管理后台中的账号，不是姓名。"
    if faults:
        raise Invalid(faults)
    before = _told(person)
    after: dict[str, str | bool] = {"mail": mail, "group_name": group_name, "bells": bells}
    if before == after:
        return person
    Person.objects.filter(pk=person.pk).update(**after)
    for name, value in after.items():
        setattr(person, name, value)
    record(
        unit_id=person.unit_id,
        actor=actor,
        action="person.bells_set",
        subject=Subject("person", person.pk, person.name),
        before=_said(before, after),
        after=_said(after, before),
    )
    return person


def _told(person: Person) -> dict[str, str | bool]:
    return {"mail": person.mail, "group_name": person.group_name, "bells": person.bells}


def _said(values: dict[str, str | bool], others: dict[str, str | bool]) -> dict[str, str]:
    """Return what the event says of the values that differ: whether there is one."""
    return {name: "有" if value else "无" for name, value in values.items() if value != others[name]}


def _is_mail(text: str) -> bool:
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
