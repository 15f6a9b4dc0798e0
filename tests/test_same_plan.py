"""One document in every form gives one plan, and it is the plan that a person reads in it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.samples import forms, source

from zhenggai import export, plan, text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.samples.source import Sample

SAMPLES = {sample.name: sample for sample in source.load_all()}
NUMBERED = [name for name, sample in SAMPLES.items() if sample.numbered]
TABLES = {"xlsx": forms.as_xlsx, "table.docx": forms.as_table_docx}
FIELDS = (
    "lead_leaders",
    "responsible_leaders",
    "responsible_persons",
    "responsible_departments",
    "cooperating_departments",
    "verifying_departments",
    "supervising_departments",
)
ABOUT_THE_FILE = {"file_note"}
"""Doubts that say how a file was read, not what the document lacks."""
office = [pytest.mark.tool("soffice"), pytest.mark.slow]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sample in every form that needs no outside program."""
    folder = tmp_path_factory.mktemp("samples")
    writers = {"txt": forms.as_text, "docx": forms.as_typed_docx, "auto.docx": forms.as_automatic_docx, **TABLES}
    for name, sample in SAMPLES.items():
        for suffix, write in writers.items():
            (folder / f"{name}.{suffix}").write_bytes(write(sample))
    return folder


@pytest.fixture(scope="session")
def office_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sample as .pdf and .doc: one call of the office program for each of the two."""
    out = tmp_path_factory.mktemp("office")
    program = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation={(out / 'profile').as_uri()}"
    files = [str(folder / f"{name}.docx") for name in SAMPLES]
    for suffix in ("pdf", "doc"):
        subprocess.run(
            [program, profile, "--headless", "--convert-to", suffix, "--outdir", str(out), *files],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return out


def squeezed(words: str | None) -> str | None:
    """Words without blanks and in plain width: what a change of form may alter."""
    return None if words is None else "".join(text.fold(words).split())


def positions(parts: tuple[Any, ...]) -> dict[str | None, int]:
    return {part.id: n for n, part in enumerate(parts)}


def whole(read: plan.Plan) -> dict[str, Any]:
    """Everything of a plan that does not depend on the file."""
    areas, items, findings = positions(read.areas), positions(read.items), positions(read.findings)
    return {
        "kind": read.kind,
        "title": squeezed(read.title),
        "dates": (read.feedback_date, read.plan_date),
        "areas": [(a.number, squeezed(a.title)) for a in read.areas],
        "items": [(areas.get(i.area), i.number, squeezed(i.title)) for i in read.items],
        "findings": [(areas.get(f.area), items.get(f.item), f.number, squeezed(f.text)) for f in read.findings],
        "responses": [_response(r, findings) for r in read.responses],
        "phases": [(p.number, squeezed(p.title), p.start, p.end) for p in read.phases],
        "groups": [squeezed(g.name) for g in read.groups],
        "mechanisms": [(squeezed(m.name), m.recurrences) for m in read.mechanisms],
        "unassigned": len(read.unassigned),
        "doubts": sorted(doubt.code for doubt in read.doubts if doubt.code not in ABOUT_THE_FILE),
    }


def _response(response: Any, findings: dict[str | None, int]) -> dict[str, Any]:
    limit = response.time_limit
    return {
        "findings": [findings[f] for f in response.findings],
        "objective": squeezed(response.objective),
        "measures": [(m.number, squeezed(m.text), m.recurrences) for m in response.measures],
        "progress": [(p.number, squeezed(p.text)) for p in response.progress],
        **{field: list(getattr(response, field)) for field in FIELDS},
        "time_limit": limit and (squeezed(limit.text), limit.parts),
        "status": (response.status, squeezed(response.status_text)),
    }


def content(read: plan.Plan) -> dict[str, Any]:
    """What a table carries of a plan too: words without their numbers, and which answers which."""
    areas, items, findings = positions(read.areas), positions(read.items), positions(read.findings)
    return {
        "areas": [text.compact(a.title) for a in read.areas],
        "items": [(areas.get(i.area), text.compact(i.title)) for i in read.items],
        "findings": [(areas.get(f.area), items.get(f.item), text.compact(f.text)) for f in read.findings],
        "answers": [
            {
                "findings": [findings[f] for f in r.findings],
                "measures": [text.compact(m.text) for m in r.measures],
                "progress": [text.compact(p.text) for p in r.progress],
                "parties": {field: list(getattr(r, field)) for field in FIELDS if getattr(r, field)},
                "objective": text.compact(r.objective or ""),
                "time_limit": text.compact(r.time_limit.text) if r.time_limit else "",
                "status": text.compact(r.status_text or ""),
            }
            for r in read.responses
        ],
    }


def expected(sample: Sample) -> dict[str, Any]:
    """The answer marked in the sample, as `content` would give it."""
    return {
        "areas": [text.compact(area) for area in sample.areas],
        "items": [(area, text.compact(title)) for area, title in sample.items],
        "findings": [(f.area, f.item, text.compact(f.text)) for f in sample.findings],
        "answers": [
            {
                "findings": a.findings,
                "measures": [text.compact(m) for m in a.measures],
                "progress": [text.compact(p) for p in a.progress],
                "parties": a.parties,
                "objective": text.compact(a.objective),
                "time_limit": text.compact(a.time_limit),
                "status": text.compact(a.status),
            }
            for a in sample.answers
        ],
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_marks_are_complete(name: str) -> None:
    sample = SAMPLES[name]
    marked = {
        "areas": len(sample.areas),
        "items": len(sample.items),
        "findings": len(sample.findings),
        "measures": sum(len(answer.measures) for answer in sample.answers),
        "progress": sum(len(answer.progress) for answer in sample.answers),
        "responses": len(sample.answers),
    }
    counted = {kind: sample.counts.get(kind, 0) for kind in marked}
    assert marked == counted
    assert counted["findings"] >= 5 or name == "audit-report"


def test_there_are_enough_samples() -> None:
    assert len(SAMPLES) >= 8
    assert len(NUMBERED) >= 6


@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_read_as_a_person_reads_it(name: str, folder: Path) -> None:
    read = plan.read_plan(folder / f"{name}.txt")
    assert content(read) == expected(SAMPLES[name])
    assert (read.kind, squeezed(read.title)) == (SAMPLES[name].kind, squeezed(SAMPLES[name].title))
    assert len(read.phases) == SAMPLES[name].counts.get("phases", 0)
    assert read.unassigned == ()


@pytest.mark.parametrize("form", ["docx", "auto.docx"])
@pytest.mark.parametrize("name", SAMPLES)
def test_word_gives_the_plan_of_the_text(name: str, form: str, folder: Path) -> None:
    assert whole(plan.read_plan(folder / f"{name}.{form}")) == whole(plan.read_plan(folder / f"{name}.txt"))


@pytest.mark.parametrize("form", [pytest.param("pdf", marks=office), pytest.param("doc", marks=office)])
@pytest.mark.parametrize("name", SAMPLES)
def test_pdf_and_doc_give_the_plan_of_the_text(name: str, form: str, folder: Path, office_folder: Path) -> None:
    assert whole(plan.read_plan(office_folder / f"{name}.{form}")) == whole(plan.read_plan(folder / f"{name}.txt"))


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("name", SAMPLES)
def test_table_gives_the_same_ledger(name: str, form: str, folder: Path) -> None:
    read = plan.read_plan(folder / f"{name}.{form}")
    assert content(read) == expected(SAMPLES[name])
    assert read.unassigned == ()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_exported_ledger_is_read_again(name: str, folder: Path, tmp_path: Path) -> None:
    first = plan.read_plan(folder / f"{name}.txt")
    file = export.render(first)
    assert isinstance(file, bytes)
    (tmp_path / "ledger.xlsx").write_bytes(file)
    again = plan.read_plan(tmp_path / "ledger.xlsx")
    assert content(again) == content(first)
    assert again.kind == "ledger"


def test_a_changed_word_is_noticed(folder: Path, tmp_path: Path) -> None:
    words = (folder / "school-plan.txt").read_text(encoding="utf-8")
    (tmp_path / "changed.txt").write_text(words.replace("甄某某", "鲍某某", 1), encoding="utf-8")
    assert content(plan.read_plan(tmp_path / "changed.txt")) != expected(SAMPLES["school-plan"])
