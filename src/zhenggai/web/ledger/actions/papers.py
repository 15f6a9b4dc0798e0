"""督办文书, step by step: drafted, signed with its number, served, received, withdrawn. Answers are in `paper_answers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q

from zhenggai import deadline
from zhenggai.text import day_words
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.notices import Telling, tell
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import PaperRecipient, SupervisionPaper
from zhenggai.web.ledger.recipients import findings_of, holders
from zhenggai.web.ledger.supervision.addressees import addressees_of
from zhenggai.web.ledger.supervision.facts import matter_of, papers_of
from zhenggai.web.ledger.supervision.matters import body_of, level_of
from zhenggai.web.ledger.supervision.standing import same_matter, stand_of
from zhenggai.web.ledger.supervision.wording import wording_of
from zhenggai.workflow.ladder import skipped
from zhenggai.workflow.paper_forms import FORMS, faults_of_body, faults_of_text
from zhenggai.workflow.papers import PAPER_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhenggai.profile import Level
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.supervision.standing import PaperStand
    from zhenggai.workflow.papers import PaperStep

_LONGEST_SKIP = 500


def edit_paper(
    *, actor: Actor, rights: Rights, paper_id: int, seen: int, body: Mapping[str, str], skip_reason: str
) -> SupervisionPaper:
    """Keep the fields of a draft, as far as they are filled in.

    Raises:
        Unknown, Refused: the draft is not the person's to write.
        Invalid: a field of the paper, by its key, or `skip_reason`.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "edited")
    values = _body(paper, actor, body)
    faults = faults_of_body(paper.kind, values, complete=False)
    if len(skip_reason) > _LONGEST_SKIP:
        faults["skip_reason"] = f"越级理由请控制在{_LONGEST_SKIP}字以内。"
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(paper.unit_id)
        change(paper, seen=seen, values={"body": values, "skip_reason": skip_reason.strip()}, subject_type="paper")
        record_step(actor, paper, step, after={"fields": len(values)})
    return paper


def sign_paper(
    *,
    actor: Actor,
    rights: Rights,
    paper_id: int,
    seen: int,
    body: Mapping[str, str] | None = None,
    skip_reason: str | None = None,
) -> SupervisionPaper:
    """Sign a draft: it gets the next number of its kind and year, and those to whom it goes.

    `body` and `skip_reason` are the fields as they stand on the page of who signs; without them the draft is signed as it is.

    Raises:
        Unknown, Refused: the person may not sign it, or another paper on the same matter is running.
        Invalid: a field of the paper that is empty, by its key, or `skip_reason`.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "signed")
    values = _body(paper, actor, body or {})
    reason = (paper.skip_reason if skip_reason is None else skip_reason).strip()
    faults = faults_of_body(paper.kind, values, complete=True)
    if left_out(paper):
        faults |= faults_of_text(reason, "越级理由", name="skip_reason", longest=_LONGEST_SKIP)
    if faults:
        raise Invalid(faults)
    level = level_of(paper)
    people = addressees_of(paper, level, actor.today) if level else {}
    if not people or level is None:
        raise Refused("没有可以送达的人员：请先在台账中明确责任部门和责任领导，并为其开通账号、授予角色。")
    with transaction.atomic():
        hold_chain(paper.unit_id)
        stand = stand_of(rights, paper)  # another paper may have been signed meanwhile
        if why := stand.refusal(step):
            raise Refused(why)
        year = actor.today.year
        number = _next_number(paper, year)
        custom = profile_of(paper.inspection.profile).ladder.papers[paper.kind]
        new: dict[str, Any] = {
            "state": step.to,
            "body": values,
            "skip_reason": reason if left_out(paper) else "",
            "year": year,
            "number": number,
            "numbered": custom.numbered(year, number),
            "signed_by_id": actor.person_id,
            "signed_by_name": actor.name,
            "signed_role": stand.role(step),
            "signed_at": actor.at,
        }
        change(paper, seen=seen, values=new, subject_type="paper")
        PaperRecipient.objects.bulk_create(
            PaperRecipient(paper=paper, person_id=pk, name=name, role=role) for pk, (name, role) in people.items()
        )
        _close_followed(paper, actor)
        told = {
            "numbered": paper.numbered,
            "recipients": [name for name, _ in people.values()],
            "grade": paper.level_name,
            "digest": wording_of(paper),
        }
        record_step(actor, paper, step, after=told, reason=paper.skip_reason)
        tell_of(actor, paper, _servers(paper, actor), f"signed:{paper.pk}", "已签发，请送达。")
    return paper


def serve_paper(*, actor: Actor, rights: Rights, paper_id: int, seen: int) -> SupervisionPaper:
    """Serve a signed paper: those to whom it goes see it and are told, and the days for the answer begin.

    Raises:
        Unknown, Refused: the person may not serve it.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "served")
    level = level_of(paper)
    days = level.answer_workdays if level and paper.asks else 0
    until = deadline.national().after(actor.today, days) if paper.asks else None
    with transaction.atomic():
        hold_chain(paper.unit_id)
        new = {"state": step.to, "served_at": actor.at, "served_by_id": actor.person_id, "answer_by": until}
        change(paper, seen=seen, values=new, subject_type="paper")
        record_step(actor, paper, step, after={"answer_by": until.isoformat() if until else ""})
        people = set(PaperRecipient.objects.filter(paper=paper).values_list("person_id", flat=True))
        why = f"已送达，请签收，并在{day_words(until)}前答复。" if until else "已送达，请签收。"
        tell_of(actor, paper, people, f"served:{paper.pk}", why)
    return paper


def receive_paper(*, actor: Actor, rights: Rights, paper_id: int, seen: int) -> SupervisionPaper:
    """Sign the receipt for oneself, and for whom one stands in.

    Raises:
        Unknown, Refused: the paper is not addressed to the person, or the receipt has been signed.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "received")
    with transaction.atomic():
        hold_chain(paper.unit_id)
        change(paper, seen=seen, values={"state": step.to}, subject_type="paper")
        mine = PaperRecipient.objects.filter(paper=paper, person__in=rights.people, received_at=None)
        names = list(mine.values_list("name", flat=True))
        mine.update(received_at=actor.at, received_by=actor.person_id)
        record_step(actor, paper, step, after={"recipients": names})
    return paper


def withdraw_paper(*, actor: Actor, rights: Rights, paper_id: int, seen: int, reason: str) -> SupervisionPaper:
    """Take a paper back, for a reason; its number is not given again, and the clock of its matter stops.

    Raises:
        Unknown, Refused: the person may not take it back, or an answer has been given.
        Invalid: field `reason`.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "withdrawn")
    if faults := faults_of_text(reason, "撤回原因", name="reason", longest=500):
        raise Invalid(faults)
    served = paper.state in ("served", "received")
    with transaction.atomic():
        hold_chain(paper.unit_id)
        end(paper, step, actor, seen=seen, ending=reason.strip())
        record_step(actor, paper, step, after={}, reason=paper.ending)
        if served:
            people = set(PaperRecipient.objects.filter(paper=paper).values_list("person_id", flat=True))
            tell_of(actor, paper, people, f"withdrawn:{paper.pk}", f"已撤回：{paper.ending}")
    return paper


def left_out(paper: SupervisionPaper) -> tuple[Level, ...]:
    """Return the levels below the paper's that ask for an answer and of which its matter has had none."""
    levels = profile_of(paper.inspection.profile).ladder.levels
    had = [one for one in papers_of(paper.inspection).get(matter_of(paper), []) if one.id != paper.pk]
    return skipped(paper.level, had, levels)


def reached(rights: Rights, paper_id: int, code: str) -> tuple[SupervisionPaper, PaperStep, PaperStand]:
    """Return a paper of which the person may take the step `code` now.

    Raises:
        Unknown, Refused: there is none, or the person may not.
    """
    step = PAPER_STEPS[code]
    paper = access.paper(rights, paper_id, step.act)
    stand = stand_of(rights, paper)
    if why := stand.refusal(step):
        raise Refused(why)
    return paper, step, stand


def end(paper: SupervisionPaper, step: PaperStep, actor: Actor, *, seen: int, ending: str) -> None:
    """Write that a paper is over."""
    new = {"state": step.to, "ended_at": actor.at, "ended_by_id": actor.person_id, "ending": ending}
    change(paper, seen=seen, values=new, subject_type="paper")


def record_step(
    actor: Actor, paper: SupervisionPaper, step: PaperStep, *, after: dict[str, Any], reason: str = ""
) -> None:
    """Record a step of a paper."""
    record(
        unit_id=paper.unit_id,
        actor=actor,
        action=step.event,
        subject=Subject("paper", paper.pk, label_of(paper)),
        after=after,
        reason=reason,
    )


def label_of(paper: SupervisionPaper) -> str:
    """Return what an event and a notice call a paper: its number, and the number of what it is about."""
    about = paper.measure.reference if paper.measure else paper.finding.reference if paper.finding else ""
    return f"{paper.called}{f' {about}' if about else ''}"


def tell_of(actor: Actor, paper: SupervisionPaper, people: Iterable[int], key: str, why: str) -> int:
    """Tell people of a paper, once for each `key`; who acts knows."""
    finding = paper.finding_id or findings_of([paper.measure_id or 0]).get(paper.measure_id or 0)
    return tell(
        actor=actor,
        unit_id=paper.unit_id,
        tellings=[
            Telling(
                person, "paper", f"paper:{key}", label_of(paper), why, "paper", paper.pk, paper.inspection_id,
                finding,
            )
            for person in sorted(set(people) - {actor.person_id or 0})
        ],
    )  # fmt: skip


def _servers(paper: SupervisionPaper, actor: Actor) -> set[int]:
    return holders(paper.unit_id, ("office",), actor.today)


def _next_number(paper: SupervisionPaper, year: int) -> int:
    """Return the next number; the unit's chain must be held, so that there are no gaps and no two alike."""
    same = SupervisionPaper.objects.filter(unit=paper.unit_id, kind=paper.kind, year=year)
    return int(same.aggregate(last=Max("number"))["last"] or 0) + 1


def _close_followed(paper: SupervisionPaper, actor: Actor) -> None:
    """Close what this paper follows: earlier papers on the matter that stayed without an answer, or whose answer was not accepted."""
    step = PAPER_STEPS["followed"]
    unanswered = Q(state="rejected") | Q(state__in=("served", "received"), answer_by__lt=actor.today)
    for earlier in SupervisionPaper.objects.filter(same_matter(paper) & unanswered, asks=True).order_by("pk"):
        end(earlier, step, actor, seen=earlier.version, ending=f"由{paper.called}接续")
        record_step(actor, earlier, step, after={"numbered": paper.numbered})


def _body(paper: SupervisionPaper, actor: Actor, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the paper, what was typed in place of what stood there."""
    standing = body_of(paper, actor.today)
    return {
        field.key: typed.get(field.key, standing.get(field.key, "")).replace("\r\n", "\n").strip()
        for field in FORMS[paper.kind]
    }
