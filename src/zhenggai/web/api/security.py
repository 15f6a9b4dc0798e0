"""Tokens: who asks, and within which acts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja.security import HttpBearer

from zhenggai.web.accounts.actions import token_of
from zhenggai.web.accounts.actions.permission import refusal
from zhenggai.web.accounts.actions.tokens import note_use
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.faults import Refused
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.accounts.rights import Rights


class Caller:
    """What a route knows of who asks."""

    rights: Rights
    actor: Actor
    unit_id: int

    def __init__(self, rights: Rights, actor: Actor, unit_id: int) -> None:
        self.rights = rights
        self.actor = actor
        self.unit_id = unit_id


class TokenBearer(HttpBearer):
    """Authorization: Bearer zg_…; the token's acts narrow what its person may do, and `act` must be among that."""

    openapi_description = "在“机构人员”中由安全管理员发放的令牌"

    def __init__(self, act: str) -> None:
        super().__init__()
        self._act = act

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 — ninja gives it
        """Return the caller, or None for a token that is unknown, revoked or too old.

        Raises:
            Refused: the caller may not do the act of the route to anything.
        """
        now = timezone.now()
        found = token_of(token, now)
        if found is None:
            return None
        today = timezone.localtime(now).date()
        note_use(found, today)
        person = found.person
        rights = rights_of(person, today, acts=frozenset(found.acts))
        if self._act not in found.acts and rights_of(person, today).may(self._act):
            name = ACTS[self._act].name
            raise Refused(f"这个令牌不含“{name}”权限；需要时请向安全管理员申请含此权限的令牌。", act=self._act)
        if not rights.may(self._act):
            raise refusal(self._act)
        return Caller(rights, Actor(person.pk, f"{person.name}（接口）", now, uuid.uuid4().hex), person.unit_id)
