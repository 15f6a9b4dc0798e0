"""Two nodes lay out the same duties on the same days at once: the same stands there as when one does, and nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from databases import database

SCRIPT = Path(__file__).with_name("laying_out.py")


@pytest.mark.slow
def test_two_nodes_make_nothing_twice(tmp_path: Path) -> None:
    with database("laying_out") as variables:
        environment = {
            **os.environ,
            **variables,
            "ZHENGGAI_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }

        def start(*words: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, SCRIPT, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )  # fmt: skip

        def answer(*words: str) -> Any:
            process = start(*words)
            told, wrong = process.communicate(timeout=120)
            assert process.returncode == 0, wrong
            return json.loads(told)

        together, alone = answer("prepare")
        moment = str(time.monotonic() + 6)
        nodes = [
            start("run", str(together), moment),
            start("run", str(together), moment),
            start("run", str(alone), moment),
        ]
        for node in nodes:
            _, wrong = node.communicate(timeout=180)
            assert node.returncode == 0, wrong
        found = answer("compare")
    both, one = found[str(together)], found[str(alone)]
    assert len(one["stands"]) > 50
    assert both["stands"] == one["stands"]
    assert not both["twice"]
    assert not both["duties"]
    assert both["told"] == one["told"], "the second to come finds nothing to do, and says nothing"
    assert not both["breaks"]
