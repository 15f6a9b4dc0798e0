"""Background work that a person asks for, and what failed begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.accounts.models import Organization, OrganizationClosure
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Stale
from zhenggai.web.ledger import access
from zhenggai.web.ledger.jobs.kinds.verification import KIND as VERIFICATION
from zhenggai.web.ledger.jobs.queue import enqueue
from zhenggai.web.ledger.jobs.work import works
from zhenggai.web.ledger.models import Job
from zhenggai.workflow import Reach

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights

_GOING = (Job.State.WAITING, Job.State.RUNNING)


def ask_verification(*, actor: Actor, rights: Rights) -> Job:
    """Ask for everything that the person audits to be verified; while that is under way, it is the same job.

    Raises:
        Refused: it is not the person's to ask for.
    """
    access.require(rights, "store.verify", rights.unit_id)
    with transaction.atomic():
        hold_chain(rights.unit_id)  # two who ask at once: the second finds what the first has asked for
        going = Job.objects.filter(kind=VERIFICATION, unit=rights.unit_id, state__in=_GOING).first()
        if going is not None:
            return going
        job = enqueue(
            kind=VERIFICATION,
            key=f"{rights.unit_id}/{actor.at.isoformat()}",
            unit_id=rights.unit_id,
            arguments={"units": _audited(rights)},
            at=actor.at,
            asked_by=actor.person_id,
        )
        record(
            unit_id=rights.unit_id,
            actor=actor,
            action="verification.asked",
            subject=Subject("job", job.pk, works()[VERIFICATION].name),
        )
    return job


def _audited(rights: Rights) -> list[int] | None:
    """Return the organisations whose events the person audits; None for all that there are, and then what belongs to none as well."""
    scopes = rights.scopes_at("store.verify", Reach.UNIT)
    below = OrganizationClosure.objects.filter(ancestor__in=scopes).values("descendant_id")
    if not Organization.objects.filter(kind=Organization.Kind.UNIT).exclude(pk__in=below).exists():
        return None
    return sorted(Organization.objects.filter(pk__in=below).values_list("pk", flat=True))


def retry_job(*, actor: Actor, rights: Rights, job_id: int) -> Job:
    """Let a job that failed, or waits after a failure, be done at once, with all its attempts before it.

    Raises:
        Unknown, Refused: it is not the person's.
        Stale: it has not failed, or has been begun anew already.
    """
    job = access.job(rights, job_id, "job.retry")
    with transaction.atomic():
        failed = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.WAITING)).exclude(fault="")
        if not failed.update(state=Job.State.WAITING, attempt=0, due_at=actor.at, finished_at=None):
            raise Stale("这项任务没有失败，或者已经重新办理，请看列表中的最新状态。")
        record(
            unit_id=job.unit_id or rights.unit_id,
            actor=actor,
            action="job.retried",
            subject=Subject("job", job.pk, name_of(job.kind)),
            reason=f"上次没有办成：{job.fault}",
        )
    job.refresh_from_db()
    return job


def name_of(kind: str) -> str:
    """Return what people call a kind of job, also one of another version of the program."""
    work = works().get(kind)
    return work.name if work else f"其他版本的任务（{kind}）"
