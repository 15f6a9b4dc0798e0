"""People, their log-ins and passwords, and the posts that they hold."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from zhenggai.web.accounts.actions.organizations import unit_of
from zhenggai.web.accounts.actions.permission import require
from zhenggai.web.accounts.holdings import NAME as HOLDS
from zhenggai.web.accounts.holdings import holdings
from zhenggai.web.accounts.models import Organization, Person, Post
from zhenggai.web.accounts.passwords import first_password, keep_former, used_before
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights


LONGEST_NAME = 50
"""Characters of a person's name, and of the title of a post."""
_SEEING = ("organization.read", "person.unlock", "grant.edit", "restricted.grant", "token.issue")


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    rights: Rights | None = None,
    unit: Organization,
    name: str,
    login: str | None = None,
    password: str | None = None,
    must_change: bool = True,
) -> Person:
    """Add a person to `unit`; with a `login` and a first `password`, which normally must be changed, the person can log in.

    Raises:
        Invalid: field `name` or `login`.
    """
    require(rights, "organization.edit", unit.pk)
    fields = {"name": fault} if (fault := name_fault(name)) else {}
    if login is not None and (fault := login_fault(login)):
        fields["login"] = fault
    if fields:
        raise Invalid(fields)
    person = Person(unit=unit, name=name.strip(), login=login.strip().lower() if login else None)
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
        person.must_change_password = must_change
    person.save()
    _record(actor, person, "person.created", after={"name": person.name, "login": person.login})
    return person


@transaction.atomic
def change_person(*, actor: Actor, rights: Rights, person_id: int, seen: int, name: str) -> Person:
    """Correct a person's name.

    Raises:
        Invalid: field `name`.
        Stale: somebody else has changed it since.
    """
    person = person_of(rights, person_id, "organization.edit")
    if fault := name_fault(name):
        raise Invalid({"name": fault})
    before = person.name
    if not Person.objects.filter(pk=person.pk, version=seen).update(name=name.strip(), version=seen + 1):
        raise Stale("这个人员的信息已被他人修改，请核对后再提交。")
    person.refresh_from_db()
    _record(actor, person, "person.changed", before={"name": before}, after={"name": person.name})
    return person


@transaction.atomic
def give_login(*, actor: Actor, rights: Rights, person_id: int, login: str) -> str:
    """Let a person log in, and return the first password, which is shown once.

    Raises:
        Invalid: field `login`.
    """
    person = _present(rights, person_id)
    if person.login is None:
        if fault := login_fault(login):
            raise Invalid({"login": fault})
        person.login = login.strip().lower()
    return _first_password(actor, person, "person.login_given")


@transaction.atomic
def reset_password(*, actor: Actor, rights: Rights, person_id: int) -> str:
    """Give a person who has a log-in a new first password, and return it; it is shown once and must be changed."""
    person = _present(rights, person_id)
    if person.login is None:
        raise Refused("此人还没有开通账号，请先开通。")
    return _first_password(actor, person, "password.reset")


@transaction.atomic
def unlock(*, actor: Actor, rights: Rights, person_id: int) -> Person:
    """Forget the failed log-ins of a person, so that the lock ends at once."""
    person = person_of(rights, person_id, "person.unlock")
    if person.login is None:
        raise Refused("此人还没有开通账号。")
    forget_failures(username=person.login)
    _record(actor, person, "person.unlocked", after={"login": person.login})
    return person


@transaction.atomic
def change_password(*, actor: Actor, person: Person, old: str, new: str, again: str) -> None:
    """Change a person's own password.

    Raises:
        Invalid: `old` is not the password; `new` breaks a rule or is not the same as `again`.
    """
    fields = {}
    if not person.check_password(old):
        fields["old"] = "原密码不正确。"
    if fault := password_fault(new, person):
        fields["new"] = fault
    elif new != again:
        fields["again"] = "两次输入的新密码不一致。"
    elif person.check_password(new) or used_before(person, new):
        fields["new"] = "新密码不能与最近用过的密码相同。"
    if fields:
        raise Invalid(fields)
    keep_former(person)
    person.set_password(new)
    person.must_change_password = False
    person.password_changed_at = actor.at
    person.save(update_fields=["password", "former_passwords", "must_change_password", "password_changed_at"])
    _record(actor, person, "password.changed", after=None)


@transaction.atomic
def hold_post(
    *,
    actor: Actor,
    rights: Rights | None = None,
    person: Person,
    organization: Organization,
    title: str = "",
    since: dt.date | None = None,
) -> Post:
    """Give `person` a post in `organization` from `since`, by default from the day of the act.

    Raises:
        Refused: the person has left.
        Invalid: field `organization` or `title`.
    """
    require(rights, "organization.edit", unit_of(organization))
    if person.left_on:
        raise Refused(f"{person.name}已离任，不能再任职。")
    if organization.closed_on is not None:
        raise Invalid({"organization": f"“{organization.name}”已撤销，请选择其他机构。"})
    if len(title.strip()) > LONGEST_NAME:
        raise Invalid({"title": f"职务请控制在{LONGEST_NAME}字以内。"})
    post = Post.objects.create(
        person=person, organization=organization, title=title.strip(), since=since or actor.today
    )
    after = {"organization": organization.name, "title": post.title, "since": post.since, HOLDS: holdings(person.pk)}
    record(
        unit_id=unit_of(organization),
        actor=actor,
        action="post.held",
        subject=Subject("person", person.pk, person.name),
        after=after,
    )
    return post


@transaction.atomic
def end_post(*, actor: Actor, rights: Rights, post_id: int) -> Post:
    """End a post with the day of the act."""
    post = Post.objects.select_related("organization", "person").filter(pk=post_id, until=None).first()
    if post is None:
        raise Invalid({"post": "这个职务已经结束，请刷新页面。"})
    require(rights, "organization.edit", unit_of(post.organization))
    post.until = actor.today
    post.save(update_fields=["until"])
    _record(
        actor,
        post.person,
        "post.ended",
        after={"organization": post.organization.name, "title": post.title, "until": post.until}
        | {HOLDS: holdings(post.person_id)},
    )
    return post


def person_of(rights: Rights, pk: int, act: str) -> Person:
    """Return a person whom `act` reaches.

    Raises:
        Unknown: there is none, or the one who acts has nothing to do with the people of that unit.
        Refused: the one who acts may see the person, but not do this.
    """
    person = Person.objects.select_related("unit").filter(pk=pk).first()
    if person is None or not any(rights.may_in(known, person.unit_id) for known in _SEEING):
        raise Unknown("这个人员")
    require(rights, act, person.unit_id)
    return person


def _present(rights: Rights, pk: int) -> Person:
    person = person_of(rights, pk, "person.unlock")
    if person.left_on:
        raise Refused(f"{person.name}已离任，账号已停用。")
    return person


def name_fault(name: str) -> str | None:
    """Return what is wrong with a person's name in one Chinese sentence, or None."""
    if not name.strip():
        return "请填写姓名。"
    return f"姓名请控制在{LONGEST_NAME}字以内。" if len(name.strip()) > LONGEST_NAME else None


def login_fault(login: str) -> str | None:
    """Return what is wrong with a new log-in name in one Chinese sentence, or None."""
    name = login.strip().lower()
    if not name:
        return "请填写登录名。"
    if not (name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()):
        return "登录名只能用字母、数字、点、横线和下划线。"
    if not 3 <= len(name) <= 40:
        return "登录名应为3到40个字符。"
    if Person.objects.filter(login=name).exists():
        return f"登录名“{name}”已被使用，请换一个。"
    return None


def password_fault(password: str, person: Person) -> str | None:
    """Return what is wrong with a new password in one Chinese sentence, or None."""
    try:
        validate_password(password, person)
    except ValidationError as fault:
        return "".join(fault.messages)
    return None


def _first_password(actor: Actor, person: Person, action: str) -> str:
    password = first_password(secrets.SystemRandom())
    if person.has_usable_password() and not person.must_change_password:
        keep_former(person)
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["login", "password", "former_passwords", "must_change_password"])
    forget_failures(username=person.login)
    _record(actor, person, action, after={"login": person.login})
    return password


def _record(
    actor: Actor,
    person: Person,
    action: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None,
) -> None:
    record(
        unit_id=person.unit_id,
        actor=actor,
        action=action,
        subject=Subject("person", person.pk, person.name),
        before=before,
        after=after,
    )
