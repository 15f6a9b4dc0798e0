"""离线填报: a cycle's sheet goes out to a department, comes back filled in, and is confirmed row by row."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import IntegrityError, transaction

from zhenggai import export
from zhenggai.document import DocumentError, read_bytes
from zhenggai.export.sheet import Options
from zhenggai.text import day_words
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.imports import keep_file, stored_file
from zhenggai.web.ledger.actions.progress import Said, add_report
from zhenggai.web.ledger.drafting.reading import blocks_of
from zhenggai.web.ledger.drafting.reporting_sheet import TAKEABLE, SheetHead, read_filled, reporting_sheets
from zhenggai.web.ledger.jobs.queue import enqueue
from zhenggai.web.ledger.models import ExpectedUpdate, Job, Measure, ReportingCycle, ReturnedSheet, SentSheet
from zhenggai.web.ledger.queries.reporting_sheets import department_rows, departments_of, returned_review

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.reporting_sheet import FilledReport
    from zhenggai.web.ledger.queries.reporting_sheets import SheetReview

SHEETS_JOB = "reporting_sheets"
_NO_FOLDER = str.maketrans(dict.fromkeys('\\/:*?"<>|', "、"))
"""What no file's name may hold: 教务处/学生处 is one department of a plan, not a folder."""
STRANGE = "这份文件不是从系统下载的离线填报表，请下载本期的表，填写后再上传。"


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file ready to be sent."""

    name: str
    media_type: str
    data: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class PackedSheets:
    """The sheets of all departments as one kept archive."""

    name: str
    digest: str
    count: int


def send_sheet(*, actor: Actor, rights: Rights, cycle_id: int, department: str) -> SheetFile:
    """Make the sheet of one department for a cycle: what it has not reported yet, restricted matters left out.

    Raises:
        Unknown, Refused: the cycle or the department is not the person's, or nothing is left to report.
    """
    cycle = _cycle(rights, cycle_id)
    if not department:
        department = next((name for name in departments_of(cycle) if _may_send(rights, cycle, name)), "")
    if department not in departments_of(cycle) or not _may_send(rights, cycle, department):
        raise Unknown("这个部门的填报表")
    with transaction.atomic():
        return _send(actor, cycle, department)


def ask_sheets(*, actor: Actor, rights: Rights, cycle_id: int) -> Job:
    """Ask for the sheets of all departments that have not reported everything; a job makes and packs them, once at a time for a person.

    Raises:
        Unknown, Refused: as `access.reporting_cycle`, or nobody has anything left to report.
    """
    cycle = access.reporting_cycle(rights, cycle_id, "reporting.manage")
    if not departments_of(cycle):
        raise Refused(f"{cycle.label}没有待填报的措施，不需要离线填报表。")
    with transaction.atomic():
        hold_chain(cycle.unit_id)
        under_way = Job.objects.filter(kind=SHEETS_JOB, key__startswith=f"{cycle.pk}/", asked_by=actor.person_id)
        if (begun := under_way.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).first()) is not None:
            return begun  # a second click
        return enqueue(
            kind=SHEETS_JOB,
            key=f"{cycle.pk}/{actor.at.isoformat()}",
            unit_id=cycle.unit_id,
            arguments={"cycle": cycle.pk},
            at=actor.at,
            asked_by=actor.person_id,
        )


def pack_sheets(
    *, actor: Actor, cycle_id: int, job_id: int, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> PackedSheets:
    """Make the sheets of all departments of a cycle and keep them as one archive; `tell` is called with how many are done of how many.

    Raises:
        Refused: nobody has anything left to report any more.
    """
    cycle = ReportingCycle.objects.select_related("inspection__unit").get(pk=cycle_id)
    names = list(departments_of(cycle))
    if not names:
        raise Refused(f"{cycle.label}已经没有待填报的措施。")
    packed = io.BytesIO()
    with transaction.atomic():
        hold_chain(cycle.unit_id)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, name in enumerate(names):
                tell(done, len(names))
                file = _send(actor, cycle, name)
                archive.writestr(f"{done + 1:02d}{file.name}", file.data)
        digest = keep_file(packed.getvalue())
        record(
            unit_id=cycle.unit_id,
            actor=actor,
            action="sheet.packed",
            subject=Subject("cycle", cycle.pk, f"{cycle.label}各部门的离线填报表"),
            after={"export": job_id, "sha256": digest, "rows": len(names)},
        )
    return PackedSheets(f"{cycle.label}进展填报表.zip", digest, len(names))


def packed_sheets(rights: Rights, job_id: int) -> tuple[str, bytes]:
    """Return name and content of the archive that a job has made.

    Raises:
        Unknown: it is not the person's to fetch, not made yet, or the file has been lost.
    """
    job = access.job(rights, job_id, "reporting.manage", SHEETS_JOB)
    try:
        return job.result["name"], stored_file(job.result["digest"]).read_bytes()
    except (KeyError, TypeError, OSError):
        raise Unknown("备好的离线填报表") from None


def receive_sheet(
    *, actor: Actor, rights: Rights, name: str, data: bytes, sender: str, cycle_id: int | None = None
) -> ReturnedSheet:
    """Take a sheet that came back, to be confirmed; the same file again leads to what it was taken as before.

    Raises:
        Invalid: fields `file` or `sender`: no such sheet, of another unit, ledger or cycle, or nobody is named who filled it in.
    """
    filled = _read(name, data)
    sent = SentSheet.objects.select_related("cycle__inspection").filter(number=filled.identity["sheet"]).first()
    if sent is None or not _may_collect(rights, sent):
        raise Invalid({"file": "这份填报表不是发给本单位（本部门）的，不能导入；请核对是不是拿错了文件。"})
    if cycle_id is not None and sent.cycle_id != cycle_id:
        cycle = sent.cycle
        raise Invalid(
            {"file": f"这份填报表是《{cycle.inspection.title}》{cycle.label}的，不是所选的这一期；请换成本期的表。"}
        )
    if (filled.identity.get("department"), filled.identity.get("cycle")) != (sent.department, sent.cycle.label):
        raise Invalid({"file": f"表头已被改动：发出时是{sent.cycle.label}、{sent.department}的表，请用原表填写。"})
    if not sender.strip() or len(sender.strip()) > 50:
        raise Invalid({"sender": "请填写填表人姓名，50字以内。"})
    digest = hashlib.sha256(data).hexdigest()
    known = ReturnedSheet.objects.filter(sheet=sent, sha256=digest).first()
    if known is not None:
        return known
    content = {
        row.reference: {
            "row": row.row, "values": dict(row.values), "faults": dict(row.faults), "key": row.key, "stray": row.stray,
        }
        for row in filled.rows
    }  # fmt: skip
    try:
        with transaction.atomic():
            return ReturnedSheet.objects.create(
                unit_id=sent.unit_id,
                sheet=sent,
                sha256=digest,
                name=name[:200],
                sender=sender.strip(),
                content=content,
                brought_by_id=actor.person_id or 0,
                brought_at=actor.at,
            )
    except IntegrityError:
        return ReturnedSheet.objects.get(sheet=sent, sha256=digest)


def confirm_returned(
    *, actor: Actor, rights: Rights, returned_id: int, chosen: Collection[str], seen: Mapping[str, int]
) -> int:
    """Report what stands in the chosen rows: all of them, or nothing; return how many.

    `seen` gives for each reference the version of the measure that the page showed.

    Raises:
        Unknown: the sheet is not the person's to confirm.
        Refused: nothing is chosen, or a row cannot be taken.
        Invalid: a row says what no report may; its reference is the field.
        Stale: somebody else has reported since the page was made.
    """
    review = returned_review(rights, returned_id)
    lines = {line.reference: line for line in review.lines if line.reference in chosen}
    if not lines:
        raise Refused("没有选择要采纳的行。")
    refused = [line.reference for line in lines.values() if line.standing not in TAKEABLE]
    if refused:
        raise Refused(f"{'、'.join(refused[:5])}不能采纳，请刷新后再选。")
    measures = {one.reference: one for one in _measures(review, lines)}
    expected = dict(
        ExpectedUpdate.objects.filter(cycle=review.cycle_id, measure__in=measures.values()).values_list("measure", "pk")
    )
    returned = access.returned_sheet(rights, returned_id)
    faults: dict[str, str] = {}
    with transaction.atomic():
        for reference, line in lines.items():
            values = line.values
            percent = values["percent"] or str(line.before_percent)
            said = Said(
                int(percent),
                values["status"] or line.before_status,
                values["done"],
                values["difficulty"],
                values["next_step"],
            )
            try:
                add_report(
                    actor=actor, measure=measures[reference], seen=seen.get(reference, 0), said=said,
                    expected_id=expected.get(measures[reference].pk), sender=returned.sender,
                )  # fmt: skip
            except Invalid as fault:
                faults[reference] = f"{reference}：{fault}"
        if faults:
            raise Invalid(faults)
        taken = [*returned.taken, *lines]
        if not ReturnedSheet.objects.filter(pk=returned.pk, taken=returned.taken).update(taken=taken):
            raise Stale("其他人刚刚采纳了这份表中的内容，请刷新后查看。")
        sheet = returned.sheet
        record(
            unit_id=returned.unit_id,
            actor=actor,
            action="sheet.returned",
            subject=Subject(
                "cycle", sheet.cycle_id, f"{sheet.cycle.label}{sheet.department}的离线填报表{sheet.number}"
            ),
            after={"taken": list(lines), "sender": returned.sender, "digest": returned.sha256},
        )
    return len(lines)


def _measures(review: SheetReview, lines: Collection[str]) -> list[Measure]:
    ids = [line.measure_id for line in review.lines if line.reference in lines and line.measure_id]
    return list(Measure.objects.select_related("inspection").filter(pk__in=ids))


def _cycle(rights: Rights, pk: int) -> ReportingCycle:
    """Return a cycle of a ledger of which the person may send or collect sheets."""
    found = ReportingCycle.objects.select_related("inspection__unit").filter(pk=pk).first()
    if found is None or not (
        rights.may_in("reporting.collect", found.unit_id)
        or ExpectedUpdate.objects.filter(cycle=found, department__in=rights.departments).exists()
    ):
        raise Unknown("这个填报周期")
    return found


def _may_send(rights: Rights, cycle: ReportingCycle, department: str) -> bool:
    if rights.may_in("reporting.collect", cycle.unit_id):
        return True
    return departments_of(cycle).get(department) in rights.departments


def _may_collect(rights: Rights, sent: SentSheet) -> bool:
    return rights.may_in("reporting.collect", sent.unit_id) or sent.organization_id in rights.departments


def _send(actor: Actor, cycle: ReportingCycle, department: str) -> SheetFile:
    rows = department_rows(cycle, department)
    number = f"{cycle.inspection.code}-{secrets.token_hex(4)}"[-20:]
    sent = SentSheet.objects.create(
        unit_id=cycle.unit_id,
        cycle=cycle,
        department=department,
        organization_id=departments_of(cycle).get(department),
        number=number,
        rows=rows,
        sent_by_id=actor.person_id or 0,
        sent_at=actor.at,
    )
    record(
        unit_id=cycle.unit_id,
        actor=actor,
        action="sheet.sent",
        subject=Subject("cycle", cycle.pk, f"{cycle.label}{department}的离线填报表{number}"),
        after={"rows": len(rows)},
    )
    head = SheetHead(
        title=f"{cycle.inspection.title}{cycle.label}进展填报表",
        unit=cycle.inspection.unit.name,
        department=department,
        cycle=cycle.label,
        cut_off=day_words(cycle.cut_off),
        number=sent.number,
    )
    written = export.all_formats()["xlsx"]
    data = cast("bytes", written.write(reporting_sheets(head, cast("dict[str, Any]", rows)), Options()))
    return SheetFile(
        f"{department.translate(_NO_FOLDER)}{cycle.label}进展填报表.xlsx", written.media_type, data, len(rows)
    )


def _read(name: str, data: bytes) -> FilledReport:
    if not data:
        raise Invalid({"file": "请先选择填好的填报表。"})
    try:
        filled = read_filled(blocks_of(read_bytes(data, name)))
    except DocumentError as fault:
        raise Invalid({"file": str(fault)}) from None
    if filled is None:
        raise Invalid({"file": STRANGE})
    return filled
