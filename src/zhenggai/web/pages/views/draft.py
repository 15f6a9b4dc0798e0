"""核对导入稿: the document on the left as it reads, what was understood on the right; edit, settle, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.imports import confirm_draft, drop_draft, edit_draft, resume_draft
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.drafting.parts import find
from zhenggai.web.ledger.queries.drafts import groups_after, review_of
from zhenggai.web.ledger.wording import ASSIGNMENT_ROLES, COMPLETION_STATUSES, LAYERS
from zhenggai.web.pages.draft_changes import ADDED, changes_of
from zhenggai.web.pages.forms import number_in
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenggai.web.ledger.drafting.model import Draft
    from zhenggai.web.ledger.models import ImportDraft
    from zhenggai.web.ledger.queries.drafts import Review
    from zhenggai.web.pages.requests import PersonRequest

_CHOICES = {"status": {"": "（未写明）", **COMPLETION_STATUSES}, "layer": LAYERS}
_SHORT = frozenset({"number", "title", "issuer", "document_number", "feedback_body", "time_limit", *PARTY_ROLES})
_LABELS = {
    "number": "序号", "title": "标题", "issuer": "单位", "document_number": "发文字号", "feedback_body": "反馈单位", "feedback_date": "反馈日期", "plan_date": "方案日期",
    "text": "内容", "cause": "原因分析", "layer": "知悉范围", "objective": "整改目标", "status": "完成状态", "status_text": "状态原文",
    "time_limit": "完成时限", "progress": "进展情况", **ASSIGNMENT_ROLES,
}  # fmt: skip


def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a draft according to its state; htmx gets the right side alone, or what it asks for of that."""
    if not request.htmx or request.htmx.history_restore_request:
        return _page(request, pk)
    if "after" in request.GET:
        return _following(request, pk)
    if "part" in request.GET:
        return _restored(request, pk, request.GET["part"])
    return _understood(request, pk)


def field(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the form for one field in place; without htmx the whole page with the form at its top."""
    target = request.GET.get("target", "")
    values = _field_form(request, pk, target, request.GET.get("edit", "set"))
    return _form(request, values)


def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Do one edit. htmx gets what it changed on the page; a fault shows where it arose and keeps what was typed."""
    values = {name: request.POST.get(name, "") for name in request.POST}
    before = _values(request, pk, with_document=False) if request.htmx else None
    try:
        edit_draft(
            actor=request.actor,
            rights=request.rights,
            draft_id=pk,
            seen=_number(values.get("seen", "")),
            edit=values.get("edit", ""),
            values=values,
        )
    except (Invalid, Stale) as fault:
        return _fault(request, pk, values, fault)
    if before:
        return _changed(request, _values(request, pk, with_document=False), before["review"], _edited(values))
    page = _number(values.get("page", ""))
    return HttpResponseRedirect(reverse("draft", args=[pk]) + (f"?page={page}" if page > 1 else ""))


def confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Confirm a draft: from here on it is the ledger."""
    typed = {
        name: request.POST.get(name, "")
        for name in ("title", "code", "issuer", "profile", "feedback_date", "plan_date")
    }
    try:
        version = confirm_draft(
            actor=request.actor, rights=request.rights, draft_id=pk, seen=_number(request.POST.get("seen", "")), **typed
        )
    except Invalid as fault:
        return _page(request, pk, {"confirm": typed, "confirm_faults": fault.fields}, status=422)
    except Stale as fault:
        return _page(request, pk, {"confirm": typed, "conflict": str(fault)}, status=409)
    keep_cycles(actor=request.actor, inspection_id=version.inspection_id)
    messages.success(request, "方案已确认，台账已建立。")
    return HttpResponseRedirect(reverse("ledger", args=[version.inspection_id]))


def drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    drop_draft(actor=request.actor, rights=request.rights, draft_id=pk, seen=_number(request.POST.get("seen", "")))
    messages.success(request, "导入稿已放弃，原文件仍保留。")
    return HttpResponseRedirect(reverse("imports"))


def _open(request: PersonRequest, pk: int) -> ImportDraft:
    """Return a draft that can be looked through: of another one no part is shown."""
    found = resume_draft(actor=request.actor, rights=request.rights, draft_id=pk)
    if found.state != "review":
        raise Refused(f"这份导入稿{found.get_state_display()}，不能再修改。")
    return found


def _page(request: PersonRequest, pk: int, more: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    found = resume_draft(actor=request.actor, rights=request.rights, draft_id=pk)
    if found.state != "review":
        return render(request, "pages/draft_closed.html", {"section": "imports", "draft": found})
    return render(request, "pages/draft.html", _values(request, pk) | (more or {}), status=status)


def _understood(
    request: PersonRequest, pk: int, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    values = _values(request, pk, with_document=False) | (more or {})
    return _part(render(request, "pages/draft_understood.html", values, status=status))


def _following(request: PersonRequest, pk: int) -> HttpResponse:
    """Return the groups that come next; with `block`, all up to the one read from there, or that there is none (204)."""
    found = _open(request, pk)
    block = number_in(request.GET.get("block", ""))
    groups, left = groups_after(cast("Draft", found.content), request.GET["after"], through_block=block)
    if block is not None and not groups:
        return HttpResponse(status=204)
    values = {
        **_frame(pk),
        "draft": found,
        "review": {"page": _number(request.GET.get("page", "")) or 1},
        "groups": groups,
        "following": left,
        "last": groups[-1].key if groups else "",
    }
    return _part(render(request, "pages/draft_groups.html", values))


def _restored(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    """Return what holds a part anew, without the form that stood in it."""
    values = _values(request, pk, with_document=False)
    return _changed(request, values, values["review"], part, edited=False)


def _changed(
    request: PersonRequest, values: dict[str, Any], before: Review, target: str, *, edited: bool = True
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    changes = changes_of(
        before,
        values["review"],
        page=_number(sent.get("page", "")),
        through=sent.get("through", ""),
        target=target,
    )
    return _part(render(request, "pages/draft_changed.html", values | {"changes": changes, "edited": edited}))


def _edited(values: Mapping[str, str]) -> str:
    """Return the part whose form an edit came from, in the form kind:id:field, as the form was asked for."""
    if values.get("response"):
        return f"response:{values['response']}"
    if values.get("edit") == "add":
        return values.get("parent", "") if values.get("kind") == "measure" else ADDED
    return values.get("target") or values.get("leftover", "")


def _form(request: PersonRequest, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    if request.htmx:
        return _part(render(request, "pages/draft_field.html", values, status=status))
    return render(request, "pages/draft_field_page.html", values, status=status)


def _part(response: HttpResponse) -> HttpResponse:
    """A part of the page is not an address of its own; htmx would put that of a boosted form into the browser's line."""
    response["HX-Push-Url"] = "false"
    return response


def _values(request: PersonRequest, pk: int, *, with_document: bool = True) -> dict[str, Any]:
    found = _open(request, pk)
    sent = request.POST if request.method == "POST" else request.GET
    review = review_of(
        found, page=_number(sent.get("page", "")), through=sent.get("through", ""), with_document=with_document
    )
    head = review.content["head"]
    return {
        "section": "imports",
        "draft": found,
        "review": review,
        "names_open": any(not name.settled for name in review.names),
        **_frame(pk),
        "confirm": {
            "title": head["title"],
            "code": review.suggested_code,
            "issuer": head.get("feedback_body", ""),
            "profile": "",
        }
        | {name: head[name] for name in ("feedback_date", "plan_date")},
    }


def _frame(pk: int) -> dict[str, Any]:
    """Return what every part of the page needs."""
    return {
        "review_url": reverse("draft", args=[pk]),
        "edit_url": reverse("draft_edit", args=[pk]),
        "field_url": reverse("draft_field", args=[pk]),
        "roles": {role: ASSIGNMENT_ROLES[role] for role in PARTY_ROLES},
        "statuses": COMPLETION_STATUSES,
    }


def _field_form(request: PersonRequest, pk: int, target: str, edit: str) -> dict[str, Any]:
    """Return what the small form shows for one edit of one part: a text, a choice, a date, or where something belongs."""
    found = _open(request, pk)
    content = cast("Draft", found.content)
    kind, _, rest = target.partition(":")
    part_id, _, name = rest.partition(":")
    values: dict[str, Any] = {
        "section": "imports",
        "draft": found,
        "edit": edit,
        "part": target,
        "from_url": reverse("draft_field", args=[pk])
        + (f"?target={target}" if edit == "set" else f"?edit={edit}&target={target}"),
        "page": _number(request.POST.get("page", "") or request.GET.get("page", "")) or 1,
        "form_id": "inplace-" + "-".join(target.split(":")),
        "hidden": {"edit": edit, "target": target},
        "button": {
            "split": "拆分",
            "add": "添加",
            "link": "关联",
            "unlink": "解除",
            "move": "移动",
            "assign": "归类",
        }.get(edit, "保存"),
        "name": "value",
        "value": "",
    }
    if edit == "assign":
        hidden = {"edit": edit, "leftover": target}
        return values | {"hidden": hidden, "name": "to", "label": "归到", "groups": _destinations(content)}
    part = find(content, kind, part_id)
    if edit in ("link", "unlink"):
        linked = [finding for finding in content["findings"] if finding["id"] in part["findings"]]
        offered = [finding for finding in content["findings"] if finding not in linked] if edit == "link" else linked
        title = "同时回应" if edit == "link" else "不再回应"
        return values | {
            "hidden": {"edit": edit, "response": part_id},
            "name": "finding",
            "label": "问题",
            "groups": [(title, _options(offered, "", "text"))],
        }
    if edit == "move":
        return values | {"name": "to", "label": "移到", "groups": _owners(content, kind)}
    if edit == "add":
        return values | {"hidden": {"edit": edit, "kind": name, "parent": f"{kind}:{part_id}"}, "label": "新的措施"}
    name = name or "text"
    return values | {
        "label": _LABELS.get(name, name),
        "value": _value(part, name),
        "choices": _CHOICES.get(name),
        "is_date": name.endswith("_date"),
        "is_short": name in _SHORT and edit == "set",
    }


def _destinations(content: Draft) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return where leftover text can go."""
    return [
        ("不是台账内容", [("none", "不属于台账")]),
        ("列为新的方面", [("new-area", "新的方面")]),
        ("列为新的条，在此方面下", _options(content["areas"], "new-item:area:", "title")),
        ("列为新的问题，在此方面下", _options(content["areas"], "new-finding:area:", "title")),
        ("列为新的问题，在此条下", _options(content["items"], "new-finding:item:", "title")),
        ("列为新的措施，回应", _options(content["findings"], "new-measure:finding:", "text")),
        ("并入问题", _options(content["findings"], "finding:", "text")),
        ("作为问题的原因分析", _options(content["findings"], "cause:", "text")),
        ("并入措施", _options([m for r in content["responses"] for m in r["measures"]], "measure:", "text")),
        ("作为整改目标，属于", _responses(content, "objective:")),
        ("作为进展情况，属于", _responses(content, "progress:")),
    ]


def _owners(content: Draft, kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a part of `kind` can be moved to."""
    if kind == "measure":
        return [("与这些措施放在一起，回应", _responses(content, "response:"))]
    areas = ("此方面下", _options(content["areas"], "area:", "title"))
    return [("此条下", _options(content["items"], "item:", "title")), areas] if kind == "finding" else [areas]


def _responses(content: Draft, prefix: str) -> list[tuple[str, str]]:
    """Return the responses as options, each told by the first finding that it answers."""
    findings = {finding["id"]: finding for finding in content["findings"]}
    found = []
    for response in content["responses"]:
        first = next((findings[pk] for pk in response["findings"] if pk in findings), None)
        words = f"{first['number']} {first['text'][:26]}" if first else "（没有对应的问题）"
        found.append((f"{prefix}{response['id']}", words))
    return found


def _options(parts: Sequence[Any], prefix: str, field: str) -> list[tuple[str, str]]:
    return [(f"{prefix}{part['id']}", f"{part['number']} {part[field][:26]}") for part in parts]


def _value(part: dict[str, Any], name: str) -> str:
    if name in PARTY_ROLES:
        return "、".join(part["parties"].get(name, ()))
    if name == "time_limit":
        return str(part["time_limit"]["text"]) if part["time_limit"] else ""
    if name == "progress":
        return "\n".join(entry["text"] for entry in part["progress"])
    return str(part.get(name, ""))


def _fault(request: PersonRequest, pk: int, typed: dict[str, str], fault: Invalid | Stale) -> HttpResponse:
    status = 422 if isinstance(fault, Invalid) else 409
    if typed.get("edit") == "add" and typed.get("kind") != "measure" and isinstance(fault, Invalid):
        more = {"adding": typed | {"fault": str(fault)}}
        if not request.htmx:
            return _page(request, pk, more, status=status)
        values = _values(request, pk, with_document=False) | more
        response = _part(render(request, "pages/draft_add.html", values | {"oob": False}, status=status))
        response["HX-Retarget"], response["HX-Reswap"] = "#add", "outerHTML"
        return response
    if typed.get("edit") in ("set", "split", "add") and isinstance(fault, Invalid) and "target" not in fault.fields:
        added = f"{typed.get('parent', '')}:{typed.get('kind', '')}"
        values = _field_form(request, pk, typed.get("target") or added, typed["edit"])
        values |= {"value": typed.get("value", ""), "fault": str(fault)}
        response = _form(request, values, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = f"#{values['form_id']}", "outerHTML"
        return response
    if request.htmx:
        response = _understood(request, pk, {"conflict": str(fault), "typed": typed.get("value", "")}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#understood", "innerHTML"
        return response
    return _page(request, pk, {"conflict": str(fault), "typed": typed.get("value", "")}, status=status)


def _number(text: str) -> int:
    return number_in(text, digits=9) or 0


SCREENS = (
    Screen("draft", "imports/<int:pk>/", draft, "import.read"),
    Screen("draft_field", "imports/<int:pk>/field/", field, "import.edit"),
    Screen("draft_edit", "imports/<int:pk>/edit/", edit, "import.edit", methods=("POST",)),
    Screen("draft_confirm", "imports/<int:pk>/confirm/", confirm, "plan.confirm", methods=("POST",)),
    Screen("draft_drop", "imports/<int:pk>/drop/", drop, "import.edit", methods=("POST",)),
)
