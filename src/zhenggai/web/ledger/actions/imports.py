"""Upload, look through, confirm: how a document becomes a plan version and the rows of the ledger."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.db import transaction

from zhenggai.document import DocumentError, read_bytes
from zhenggai.plan import build_plan
from zhenggai.web.accounts.actions import create_organization, create_person
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.numbering import Numbering
from zhenggai.web.ledger.actions.rows import Writer
from zhenggai.web.ledger.actions.staleness import change, stale
from zhenggai.web.ledger.custom import choices_of, profile_of
from zhenggai.web.ledger.drafting.edits import apply
from zhenggai.web.ledger.drafting.grouping import orphans_of
from zhenggai.web.ledger.drafting.model import empty_draft
from zhenggai.web.ledger.drafting.names import settle_exact
from zhenggai.web.ledger.drafting.parts import all_names
from zhenggai.web.ledger.drafting.reading import blocks_of, draft_of
from zhenggai.web.ledger.models import DocumentText, ImportDraft, Inspection, PlanVersion, SourceDocument
from zhenggai.web.ledger.proof.answerable import answerable
from zhenggai.web.ledger.queries.organization import known_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.model import Draft

State = ImportDraft.State
LONGEST_TITLE = 200


class Upload(Protocol):
    """A file as a request brings it: it may lie on disk, so its size is known before it is read."""

    @property
    def size(self) -> int | None:
        """The size in bytes."""

    @property
    def name(self) -> str | None:
        """The name that the browser gave."""

    def read(self) -> bytes:
        """Return everything."""


def content_of(upload: Upload) -> bytes:
    """Return what an upload holds, unless it is too large to be read into memory.

    Raises:
        Invalid: field `file`.
    """
    if (upload.size or 0) > settings.UPLOAD_LIMIT:
        raise _too_large(upload.name or "")
    return upload.read()


def _too_large(name: str) -> Invalid:
    return Invalid({"file": f"文件“{name}”超过{settings.UPLOAD_LIMIT // 1024 // 1024}MB，请压缩图片后再上传。"})


def upload_document(
    *, actor: Actor, rights: Rights, unit_id: int, name: str, data: bytes, inspection_id: int | None = None
) -> ImportDraft:
    """Keep a document and make a draft of it. Reading comes after keeping, so nothing acknowledged can be lost.

    Raises:
        Refused: the person may not upload for this unit.
        Invalid: the file is empty or too large; field `file`.
    """
    access.require(rights, "import.upload", unit_id)
    if inspection_id is not None:
        access.inspection(rights, inspection_id, "import.upload")
    if not data:
        raise Invalid({"file": f"文件“{name}”是空的，请重新选择。"})
    if len(data) > settings.UPLOAD_LIMIT:
        raise _too_large(name)
    digest = keep_file(data)
    with transaction.atomic():
        document = SourceDocument.objects.create(
            unit_id=unit_id,
            name=Path(name).name[:200],
            media_type="application/octet-stream",
            sha256=digest,
            size=len(data),
            uploaded_by_id=actor.person_id,
            uploaded_at=actor.at,
        )
        draft = ImportDraft.objects.create(
            unit_id=unit_id,
            inspection_id=inspection_id,
            document=document,
            created_by_id=actor.person_id,
            created_at=actor.at,
            updated_at=actor.at,
        )
        record(
            unit_id=unit_id,
            actor=actor,
            action="import.uploaded",
            subject=Subject("draft", draft.pk, document.name),
            after={"name": document.name, "sha256": digest, "size": len(data)},
        )
    return read_draft(actor=actor, draft=draft, data=data)


def read_draft(*, actor: Actor, draft: ImportDraft, data: bytes | None = None) -> ImportDraft:
    """Read an uploaded document into its draft; done again for a draft whose reading was broken off."""
    if draft.state != State.UPLOADED or draft.document is None:
        return draft
    document = draft.document
    try:
        read = read_bytes(data if data is not None else stored_file(document.sha256).read_bytes(), document.name)
        plan = build_plan(read, as_of=actor.today)
    except (DocumentError, FileNotFoundError) as fault:
        lost = f"数据文件夹中找不到“{document.name}”，请从备份恢复，或重新上传。"
        draft.state, draft.message = State.FAILED, str(fault) if isinstance(fault, DocumentError) else lost
        draft.save(update_fields=["state", "message"])
        return draft
    with transaction.atomic():
        document.media_type, document.characters, document.notes = read.media_type, read.characters, list(read.notes)
        document.save(update_fields=["media_type", "characters", "notes"])
        DocumentText.objects.update_or_create(document=document, defaults={"blocks": blocks_of(read)})
        content = draft_of(plan, read)
        settle_exact(content, known_names(draft.unit_id))
        draft.content, draft.state = content, State.REVIEW
        draft.save(update_fields=["content", "state"])
    return draft


def start_draft(*, actor: Actor, rights: Rights, unit_id: int, title: str) -> ImportDraft:
    """Begin a ledger by hand: a draft without a document.

    Raises:
        Invalid: field `title`.
    """
    access.require(rights, "import.upload", unit_id)
    if not title.strip():
        raise Invalid({"title": "请填写台账名称。"})
    if len(title.strip()) > LONGEST_TITLE:
        raise Invalid({"title": f"台账名称请控制在{LONGEST_TITLE}字以内。"})
    content = empty_draft()
    content["head"]["title"] = title.strip()
    with transaction.atomic():
        draft = ImportDraft.objects.create(
            unit_id=unit_id,
            state=State.REVIEW,
            content=content,
            created_by_id=actor.person_id,
            created_at=actor.at,
            updated_at=actor.at,
        )
        record(
            unit_id=unit_id,
            actor=actor,
            action="import.started",
            subject=Subject("draft", draft.pk, f"手工台账《{title.strip()}》"),
        )
    return draft


def resume_draft(*, actor: Actor, rights: Rights, draft_id: int) -> ImportDraft:
    """Return a draft to be looked at; one whose reading was broken off is read now."""
    draft = access.draft(rights, draft_id, "import.read")
    return read_draft(actor=actor, draft=draft) if draft.state == State.UPLOADED else draft


def edit_draft(
    *, actor: Actor, rights: Rights, draft_id: int, seen: int, edit: str, values: Mapping[str, str]
) -> ImportDraft:
    """Do one of `edits.EDITS` to a draft and keep it.

    Raises:
        Invalid: as the edit says.
        Stale: somebody else has edited the draft since.
    """
    draft = access.draft(rights, draft_id, "import.edit")
    _require_open(draft)
    if draft.version != seen:
        raise stale("draft", draft.pk)
    content, what = apply(cast("Draft", draft.content), edit, values)
    return save_draft(actor=actor, rights=rights, draft_id=draft_id, seen=seen, content=content, what=what)


def save_draft(*, actor: Actor, rights: Rights, draft_id: int, seen: int, content: Draft, what: str) -> ImportDraft:
    """Keep an edited draft; `what` says in Chinese what was done.

    Raises:
        Stale: somebody else has edited it since.
    """
    draft = access.draft(rights, draft_id, "import.edit")
    _require_open(draft)
    with transaction.atomic():
        change(draft, seen=seen, values={"content": content, "updated_at": actor.at}, subject_type="draft")
        record(
            unit_id=draft.unit_id,
            actor=actor,
            action="import.edited",
            subject=Subject("draft", draft.pk, f"导入稿《{_title(draft)}》"),
            after={"what": what, "digest": digest_of(content)},
        )
    return draft


def drop_draft(*, actor: Actor, rights: Rights, draft_id: int, seen: int) -> ImportDraft:
    """Give a draft up. The document stays."""
    draft = access.draft(rights, draft_id, "import.edit")
    if draft.state == State.CONFIRMED:
        raise Refused("这份导入稿已经确认入账，不能放弃。")
    with transaction.atomic():
        change(draft, seen=seen, values={"state": State.DROPPED, "updated_at": actor.at}, subject_type="draft")
        record(
            unit_id=draft.unit_id,
            actor=actor,
            action="import.dropped",
            subject=Subject("draft", draft.pk, f"导入稿《{_title(draft)}》"),
        )
    return draft


def confirm_draft(
    *,
    actor: Actor,
    rights: Rights,
    draft_id: int,
    seen: int,
    title: str,
    code: str,
    profile: str,
    issuer: str | None = None,
    feedback_date: str | None = None,
    plan_date: str | None = None,
) -> PlanVersion:
    """Make the draft plan version 1 of a new inspection and write its rows into the ledger: all of it, or nothing.

    `issuer`, who inspected, and the dates, in ISO form or "", take the place of the draft's; None leaves those as they are.

    Raises:
        Invalid: fields `title`, `code`, `issuer`, `profile`, `feedback_date` or `plan_date`; or `draft` when there is no finding in
            it, or a measure that answers none.
        Stale: somebody else has edited the draft since.
    """
    draft = access.draft(rights, draft_id, "plan.confirm")
    _require_open(draft)
    if draft.inspection_id is not None:
        raise Refused("这是台账的后续文件，请先与台账比较，再确认差异。")
    dates = {"feedback_date": feedback_date, "plan_date": plan_date}
    content, faults = _dated(
        cast("Draft", draft.content), {name: day for name, day in dates.items() if day is not None}
    )
    issuer = (content["head"].get("feedback_body", "") if issuer is None else issuer).strip()
    faults |= _faults(draft, content, title=title, code=code, issuer=issuer, profile=profile)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        values = {"state": State.CONFIRMED, "content": content, "updated_at": actor.at}
        change(draft, seen=seen, values=values, subject_type="draft")
        inspection = Inspection.objects.create(
            unit_id=draft.unit_id,
            code=code.strip(),
            title=title.strip().removesuffix("台账") or title.strip(),
            issuer=issuer,
            source=profile_of(profile).source,
            feedback_date=content["head"]["feedback_date"] or None,
            plan_date=content["head"]["plan_date"] or None,
            profile=profile,
            created_at=actor.at,
        )
        inspection.refresh_from_db()
        numbering = Numbering(inspection.pk)
        rows = Writer(
            inspection=inspection,
            document=draft.document,
            draft=content,
            names=settle_names(actor=actor, unit=draft.unit, content=content),
            profile=profile_of(profile),
            actor=actor,
            numbering=numbering,
        ).write()
        numbering.save()
        frozen = cast("Draft", {**content, "due_dates": rows.due_dates()})
        draft.inspection = inspection
        draft.save(update_fields=["inspection"])
        version = PlanVersion.objects.create(
            inspection=inspection,
            number=1,
            document=draft.document,
            content=frozen,
            digest=digest_of(frozen),
            confirmed_by_id=actor.person_id,
            confirmed_at=actor.at,
        )
        record(
            unit_id=draft.unit_id,
            actor=actor,
            action="plan.confirmed",
            subject=Subject("inspection", inspection.pk, f"《{inspection.title}》第1版"),
            after={
                "digest": version.digest,
                "code": inspection.code,
                "profile": inspection.profile,
                **rows.counts(),
                **answerable([inspection.pk]),
            },
        )
        lay_out(actor=actor, inspection_id=inspection.pk)
    return version


def settle_names(*, actor: Actor, unit: Organization, content: Draft) -> dict[str, tuple[int | None, int | None]]:
    """Return (person, organisation) for each name of the parties; those that a person called new are made now.

    Raises:
        Invalid: a new one cannot be made, perhaps because somebody has made it meanwhile; field `draft`.
    """
    people = set(Person.objects.filter(unit=unit).values_list("pk", flat=True))
    organizations = set(Organization.objects.filter(unit=unit).values_list("pk", flat=True))
    settled: dict[str, tuple[int | None, int | None]] = {}
    for name in all_names(content):
        answer = content["names"].get(name, {})
        person, organization = answer.get("person"), answer.get("organization")
        try:
            if answer.get("new") == "person":
                person = create_person(actor=actor, unit=unit, name=name).pk
            elif answer.get("new") == "organization":
                organization = create_organization(actor=actor, kind="department", name=name, parent=unit).pk
        except Invalid as fault:
            raise Invalid({"draft": f"“{name}”不能新增：{fault}请在“人员和部门”中另选。"}) from fault
        if not answer.get("new") and (
            (person and person not in people) or (organization and organization not in organizations)
        ):
            person = organization = None
        settled[name] = (person, organization)
    return settled


def digest_of(content: Draft) -> str:
    """Return the SHA-256 of a draft, over its JSON with sorted keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def keep_file(data: bytes) -> str:
    """Write `data` under its SHA-256 into the data folder, safe against a power cut, and return the hash.

    What is there is written again: it may be an orphan, and so it is young and no repair takes it away.
    """
    digest = hashlib.sha256(data).hexdigest()
    target = stored_file(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).replace(target)
    return digest


def stored_file(digest: str) -> Path:
    """Return where the file with this SHA-256 is kept."""
    return Path(settings.DATA) / "files" / digest[:2] / digest


def _require_open(draft: ImportDraft) -> None:
    if draft.state != State.REVIEW:
        raise Refused(f"这份导入稿{draft.get_state_display()}，不能再修改。")


def _dated(content: Draft, dates: Mapping[str, str]) -> tuple[Draft, dict[str, str]]:
    """Return the draft with these dates of its head, and what is wrong with them."""
    faults = {}
    for name, day in dates.items():
        try:
            if day.strip() != content["head"][name]:  # type: ignore[literal-required]
                content, _ = apply(content, "set", {"target": f"head::{name}", "value": day})
        except Invalid as fault:
            faults[name] = str(fault)
    return content, faults


def _faults(draft: ImportDraft, content: Draft, *, title: str, code: str, issuer: str, profile: str) -> dict[str, str]:
    faults = {}
    texts = (("title", title, "名称", LONGEST_TITLE), ("code", code, "编号", 20), ("issuer", issuer, "反馈单位", 100))
    for name, value, word, longest in texts:
        if not value.strip() and name != "issuer":
            faults[name] = f"请填写{word}。"
        elif len(value.strip()) > longest or "\0" in value:
            faults[name] = f"{word}过长，请控制在{longest}字以内。"
    if "code" not in faults and Inspection.objects.filter(unit_id=draft.unit_id, code=code.strip()).exists():
        faults["code"] = f"编号“{code.strip()}”已经用过，请换一个。"
    if profile not in choices_of(draft.unit_id):
        faults["profile"] = "请选择规则配置。"
    if not content["findings"] and draft.document is not None:
        faults["draft"] = "导入稿中还没有问题，请先核对。"
    elif orphans := orphans_of(content):
        faults["draft"] = f"有{len(orphans)}组措施没有对应问题，入账后看不到。请先关联到问题，或者移出。"
    return faults


def _title(draft: ImportDraft) -> str:
    return (draft.content or {}).get("head", {}).get("title") or (draft.document.name if draft.document else "手工台账")
