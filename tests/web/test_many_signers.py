"""Eight people sign at once, on the same and on different applications: nothing is lost, one wins each step, the chain holds."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from databases import database

SCRIPT = Path(__file__).with_name("many_signers.py")


@pytest.mark.slow
def test_eight_people_sign_at_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311 — chance, not secrecy
    with database("signers") as variables:
        environment = {
            **os.environ,
            **variables,
            "ZHENGGAI_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, SCRIPT, str(seed)], env=environment, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert not found["breaks"], seed
    taken = found["taken"]
    assert taken["race"] == 3, taken
    for step in ("applied", "reviewed", "verified", "met", "changed"):
        assert taken.get(step), (step, seed, taken)
    assert found["refused"], "nobody met anybody: that shows nothing"
