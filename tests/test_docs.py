"""The documentation says what the program does."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import unquote

import pytest

from zhenggai import cli
from zhenggai.deadline import kinds
from zhenggai.plan import model

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date() -> None:
    assert not [path.name for path in load_generator().stale()], "make docs"


def test_a_stale_page_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = load_generator()
    monkeypatch.setattr(generator, "REFERENCE", tmp_path)
    assert generator.main(["--check"]) == 1
    assert "doubts.md" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0
    (tmp_path / "doubts.md").write_text("", encoding="utf-8")
    assert generator.main(["--check"]) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / unquote(target)).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_commands_are_run_and_test(name: str) -> None:
    commands = re.findall(r"^(?:make|\.venv/bin/zhenggai) .*$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert [command.split("#")[0].strip() for command in commands[:2]] == ["make run", "make test"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_in_the_readme_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"zhenggai ([a-z]+)", text))
    assert named
    assert named <= cli.commands().keys()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", text)) - {"and"} <= targets


def dataclasses_of(module: ModuleType) -> list[type[Any]]:
    return [value for value in vars(module).values() if isinstance(value, type) and is_dataclass(value)]


def test_every_key_of_the_plan_format_is_described() -> None:
    text = (ROOT / "docs" / "reference" / "plan-format.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_0-9]+", text))
    keys = {field.name for module in (model, kinds) for kind in dataclasses_of(module) for field in fields(kind)}
    values = {*get_args(model.Kind), *get_args(model.Status), *(reason.value for reason in model.FurnitureReason)}
    values |= (
        {part.kind for part in get_args(kinds.TimePart)} | set(get_args(kinds.Grain)) | set(get_args(kinds.Frequency))
    )
    assert not (keys | values) - words


def test_every_thing_of_the_plan_is_in_the_glossary() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    names = {kind.__name__ for kind in dataclasses_of(model)} - {
        "Source",
        "Announced",
        "FurnitureSpan",
        "SchedulePhase",
    }
    spaced = {re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower() for name in names}
    assert not [name for name in spaced if name not in text]


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    assert not [page.name for page in pages if page.name not in listed]
