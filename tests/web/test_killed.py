"""Killed with SIGKILL two hundred times during import, reporting, upload of evidence and signing: what was acknowledged is there, nothing is half written."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from databases import database

SCRIPT = Path(__file__).with_name("killed_work.py")
ROUNDS = 200


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_two_hundred_kills(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311 — chance, not secrecy
    with database("killed") as variables:
        environment = {
            **os.environ,
            **variables,
            "ZHENGGAI_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",  # not those of the tests, whose database need not survive
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, SCRIPT, str(ROUNDS), str(seed)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "secret.key").exists(), "the store of the run is another one"
    found = json.loads(run.stdout)
    assert not found["breaks"], seed
    rounds = found["rounds"]
    lines = [line for said in rounds for line in said]
    assert not [line for line in lines if line.startswith("fault ")], seed
    assert len(rounds) == ROUNDS
    in_the_middle = sum(bool(said) and said[-1].startswith("begin ") for said in rounds)
    assert in_the_middle > ROUNDS / 4, "the kills came between acts: they show nothing"
    for act in ("upload", "edit", "confirm", "report", "prove", "apply", "sign"):
        assert sum(line.startswith(f"done {act} ") for line in lines) > 0, (act, seed)
