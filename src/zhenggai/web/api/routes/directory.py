"""Organisations and people: the tree of a unit, the people page by page, one person with what has been given to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query, Schema
from pydantic import Field

from zhenggai.web.accounts.queries import (
    directory_page,
    may_see_account,
    organization_tree,
    person_story,
)
from zhenggai.web.api import schemas as s
from zhenggai.web.api.registration import Id, caller_of, route

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.accounts.queries import PersonStory

Key = Annotated[int, Field(ge=0, le=2**63 - 1)]


class PeopleQuery(Schema):
    """What narrows the directory; `after` is the key of the page before, 0 for the first."""

    unit: Key = 0
    q: str = ""
    after: Key = 0


@route("GET", "/organizations", "organization.read", list[s.OrganizationOut], "机构")
def list_organizations(request: HttpRequest) -> Any:
    """Return the tree of the caller's unit."""
    caller = caller_of(request)
    return organization_tree(caller.rights, caller.unit_id)[0]


@route("GET", "/people", "organization.read", s.PeopleOut, "人员")
def list_people(request: HttpRequest, query: Query[PeopleQuery]) -> Any:
    """Return the people of the units whose directory the caller may read, a page at a time."""
    people, following = directory_page(
        caller_of(request).rights, unit=query.unit or None, words=query.q, after=query.after
    )
    return {"people": people, "after": following}


@route("GET", "/people/{pk}", "organization.read", s.PersonOut, "人员及其职务、角色")
def read_person(request: HttpRequest, pk: Id) -> Any:
    """Return one person with posts, roles, need to know and deputies; the account only for who administers accounts."""
    caller = caller_of(request)
    story = person_story(caller.rights, pk, caller.actor.at)
    return _person(story, with_account=may_see_account(caller.rights, story.person.unit_id))


def _person(story: PersonStory, *, with_account: bool) -> dict[str, Any]:
    person = story.person
    account = {"login": person.login, "locked_until": story.locked_until, "has_code": story.has_code}
    return {
        "id": person.pk,
        "name": person.name,
        "unit_id": person.unit_id,
        "left_on": person.left_on,
        "posts": [
            {"organization": p.organization.name, "title": p.title, "since": p.since, "until": p.until}
            for p in story.posts
        ],
        "grants": [
            {
                "role": g.role,
                "name": name,
                "scope": g.scope.name,
                "since": g.since,
                "until": g.until,
                "current": current,
            }
            for g, name, current in story.grants
        ],
        "need_to_know": [{"reason": n.reason, "since": n.since, "until": n.until} for n in story.secrets],
        "deputies": [
            {"deputy": d.deputy.name, "since": d.since, "until": d.until, "reason": d.reason} for d in story.deputies
        ],
        "account": account if with_account else None,
    }
