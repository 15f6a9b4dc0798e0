"""Several nodes at once propose each paper once, tell each signer once, and number without gaps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from databases import database

SCRIPT = Path(__file__).with_name("papers_at_once.py")


def test_several_nodes_at_once_propose_and_number_once(tmp_path: Path) -> None:
    with database("papers") as variables:
        environment = {
            **os.environ,
            **variables,
            "ZHENGGAI_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run([sys.executable, SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert not found["broken"]
    assert found["papers"] == found["measures"] > 20
    assert found["causes"] == found["all"]
    assert found["numbers"] == list(range(1, len(found["numbers"]) + 1)) != []
    assert len(found["told"]) == len(set(found["told"])) > 0
