"""What holds for the whole source and no single part can see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "zhenggai"
FILES = sorted(SOURCE.rglob("*.py"))
PLUGIN_FOLDERS = ("zhenggai.deadline.forms", "zhenggai.document.readers", "zhenggai.export.formats")
WORDS_FOR_NO_SUBJECT = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "managers",
    "base",
    "core",
    "tools",
}
HEAVY = {"django", "lxml", "pdfplumber", "pdfminer", "xlsxwriter", "chardet", "rich", "zipfile"}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module that the file names in an import, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("no git checkout: there is no list of the project's own files")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def tracked_text() -> list[tuple[str, str]]:
    texts = []
    for path in tracked():
        try:
            texts.append((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


def test_imports_run_one_way() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_nobody_imports_a_plugin() -> None:
    for path in FILES:
        foreign = [folder for folder in PLUGIN_FOLDERS if not dotted(path).startswith(folder)]
        named = {name for name in imports(path) for folder in foreign if name.startswith(folder + ".")}
        assert not named, f"{dotted(path)} names a plug-in; zhenggai.discover finds them"


def test_a_module_is_named_after_its_subject() -> None:
    assert not [path for path in FILES if WORDS_FOR_NO_SUBJECT & set(path.relative_to(SOURCE).with_suffix("").parts)]


def test_a_file_can_be_read_in_one_go() -> None:
    written = (path for path in FILES if path.parent.name != "migrations")
    lines = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    assert not {name: count for name, count in lines.items() if count > 500}


def test_a_folder_says_what_it_is() -> None:
    for folder in sorted({path.parent for path in FILES}):
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))), folder


def test_naming_the_commands_loads_nothing_that_reads_files() -> None:
    code = "import sys; from zhenggai.cli import main; main(['--help']); sys.stdout = sys.stderr; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {module.partition(".")[0] for module in run.stderr.split()}
    assert "argparse" in loaded
    assert not HEAVY & loaded


class TestLocks:
    """The requirement files: exact, complete, the same wherever they are installed from."""

    @pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
    def test_every_package_is_exact_and_hashed(self, name: str) -> None:
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        assert lines
        for line, following in pairwise([*lines, ""]):
            if line and not line.startswith((" ", "#")):
                assert re.match(r"[a-z0-9._-]+==\S+", line), line
                assert following.lstrip().startswith("--hash=sha256:"), line

    @pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
    def test_no_host_is_named(self, name: str) -> None:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)

    def test_every_declared_dependency_is_locked(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        run, dev = self.locked("run.txt"), self.locked("dev.txt")
        assert {re.split(r"[\[>=<]", name)[0] for name in project["project"]["dependencies"]} <= run.keys()
        assert {re.split(r"[\[>=<]", name)[0] for name in project["dependency-groups"]["dev"]} <= dev.keys()
        assert run.items() <= dev.items(), "what runs must be what was tested"

    @staticmethod
    def locked(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.tool("git")
class TestTrackedFiles:
    """Nothing in the repository tells where it was made or whom it is about."""

    def test_no_path_of_a_machine(self) -> None:
        where = re.compile(r"(?<![\w.~-])/(?:home|root|work|Users)/\w")
        assert not [name for name, text in tracked_text() if where.search(text)]

    def test_no_package_registry(self) -> None:
        hosts = re.compile(r"pypi\.(?:org|tuna)|pythonhosted\.|mirrors\.\w+|registry\.npm", re.IGNORECASE)
        own = str(Path(__file__).relative_to(ROOT))
        assert not [name for name, text in tracked_text() if name != own and hosts.search(text)]

    def test_no_telephone_or_identity_number(self) -> None:
        number = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|[1-9]\d{5}(?:19|20)\d{9}[\dXx])(?![0-9A-Za-z])")
        assert not [(name, found[0]) for name, text in tracked_text() if (found := number.search(text))]

    def test_nothing_large(self) -> None:
        assert not [path.name for path in tracked() if path.stat().st_size > 2**20]
