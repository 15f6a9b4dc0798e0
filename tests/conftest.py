"""What all tests share: outside programs, the sample plan, property tests without a stop-watch."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent

hypothesis.settings.register_profile("project", deadline=None, print_blob=True)
hypothesis.settings.load_profile("project")


def chinese_fonts() -> bool:
    """Tell whether a page in Chinese would show characters and not boxes."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


TOOLS: dict[str, Callable[[], object]] = {
    "soffice": lambda: shutil.which("soffice"),
    "antiword": lambda: shutil.which("antiword"),
    "catdoc": lambda: shutil.which("catdoc"),
    "pdftotext": lambda: shutil.which("pdftotext"),
    "pdftoppm": lambda: shutil.which("pdftoppm"),
    "fonts": chinese_fonts,
    "git": lambda: shutil.which("git"),
    "chromium": lambda: shutil.which("chromium"),
    "aiosmtpd": lambda: importlib.util.find_spec("aiosmtpd"),
    "moto": lambda: importlib.util.find_spec("moto"),
    "initdb": lambda: list(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose outside program is missing; under CI a missing one is a failure."""
    for marker in item.iter_markers("tool"):
        for name in marker.args:
            if TOOLS[name]():
                continue
            reason = f"未安装 {name}，请执行 make setup（{name} is missing: make setup）"
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def sample_plan() -> Path:
    """The sample plan as a Word document: 3 areas, 8 items, 12 findings."""
    return ROOT / "samples" / "qingtong-school-plan.docx"


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """`convert(path, "pdf")` makes another format of a file with LibreOffice; the test needs `tool("soffice")`.

    The profile is this test process's own: LibreOffice refuses to run twice on one, and would change a person's settings.
    """
    profile = tmp_path_factory.mktemp("office-profile")
    folder = tmp_path_factory.mktemp("converted")

    def run(path: Path, form: str) -> Path:
        target = folder / str(len(list(folder.iterdir())))
        subprocess.run(
            [
                "soffice",
                "--headless",
                f"-env:UserInstallation={profile.as_uri()}",
                "--convert-to",
                form,
                "--outdir",
                target,
                path,
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return target / f"{path.stem}.{form.partition(':')[0]}"

    return run
