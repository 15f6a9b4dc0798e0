"""Backup while people work, restore on an empty machine, verify: nothing lost, on both databases."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from databases import database
from offices import NOW, import_sample, make_office

from zhenggai.web.backup.making import make_backup
from zhenggai.web.ledger.actions.imports import stored_file
from zhenggai.web.ledger.models import SourceDocument

HERE = Path(__file__).parent


def environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        **variables,
        "ZHENGGAI_DATA": str(folder),
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",
    }


def zhenggai(*arguments: object, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhenggai", *map(str, arguments)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_nothing_is_lost_that_was_done_before_a_backup_during_work(tmp_path: Path) -> None:
    backup = tmp_path / "备份.zip"
    with database("worked") as variables, database("restored") as others:
        env = environment(tmp_path / "work", variables)
        work = subprocess.Popen(
            [sys.executable, HERE / "work_while_backed_up.py"], env=env, stdout=subprocess.PIPE, text=True
        )
        assert work.stdout is not None
        try:
            acknowledged = [int(work.stdout.readline()) for _ in range(12)][-1]
            made = zhenggai("backup", backup, env=env)
            assert work.poll() is None, "nobody worked meanwhile: it shows nothing"
        finally:
            work.kill()
            rest = work.communicate()[0].split()
        assert made.returncode == 0, made.stderr + made.stdout
        assert len(rest) > 1, "the work stood still meanwhile"
        assert backup.stat().st_mode & 0o077 == 0
        assert zhenggai("verify", env=env).returncode == 0
        target = environment(tmp_path / "restored", others)
        restored = zhenggai("restore", backup, env=target)
        assert restored.returncode == 0, restored.stderr + restored.stdout
        found = json.loads(zhenggai("verify", "--json", env=target).stdout)
        assert found["holds"]
        assert not found["orphans"]
        assert max(unit["events"] for unit in found["units"]) >= acknowledged
        assert (tmp_path / "restored" / "secret.key").read_text() == (tmp_path / "work" / "secret.key").read_text()
        again = zhenggai("restore", backup, env=target)
        assert (again.returncode, "不是空的" in again.stderr) == (2, True)
        more = zhenggai("verify", "--unit", "没有的单位", env=target)
        assert more.returncode == 2


@pytest.mark.slow
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with database("whole") as variables:
        env = environment(tmp_path / "work", variables)
        make = "from zhenggai.web.serving import prepare; prepare()"
        subprocess.run([sys.executable, "-c", make], env=env, check=True)
        backup = tmp_path / "b.zip"
        assert zhenggai("backup", backup, "--without-secret", env=env).returncode == 0
        assert zhenggai("backup", backup, env=env).returncode == 2, "one backup took the place of another"
        with zipfile.ZipFile(backup) as archive:
            assert "secret.key" not in archive.namelist()
        data = backup.read_bytes()
        cut, changed = tmp_path / "cut.zip", tmp_path / "changed.zip"
        cut.write_bytes(data[: len(data) // 2])
        changed.write_bytes(data.replace(b'"database": "', b'"Database": "'))
        for broken in (cut, changed, tmp_path / "missing.zip", HERE / "test_backup.py"):
            target = environment(tmp_path / "restored", variables)
            found = zhenggai("restore", broken, env=target)
            assert found.returncode == 2, found.stdout
            assert found.stderr.startswith("zhenggai：")
            assert not list((tmp_path / "restored").glob("*"))


def rewritten(source: Path, target: Path, table: str, line: bytes) -> Path:
    """Return a backup with one more line in a table, and a list of entries that fits."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as out:
        entries = {name: archive.read(name) for name in archive.namelist() if name != "manifest.jsonl"}
        entries[table] += line
        for name, data in entries.items():
            out.writestr(name, data)
        listed = [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in entries.items()
        ]
        out.writestr("manifest.jsonl", "".join(json.dumps(entry) + "\n" for entry in listed))
    return target


@pytest.mark.slow
def test_a_restoring_that_fails_leaves_an_empty_database(tmp_path: Path) -> None:
    with database("first") as variables, database("second") as others:
        env = environment(tmp_path / "work", variables)
        make = "from zhenggai.web.serving import prepare; prepare()"
        subprocess.run([sys.executable, "-c", make], env=env, check=True)
        whole = tmp_path / "whole.zip"
        assert zhenggai("backup", whole, env=env).returncode == 0
        target = environment(tmp_path / "restored", others)
        for line in ("[1]", '[9, null, ""]'):
            broken = rewritten(whole, tmp_path / "broken.zip", "tables/audit.chainhead.jsonl", f"{line}\n".encode())
            found = zhenggai("restore", broken, env=target)
            assert (found.returncode, found.stdout) == (2, "")
            assert found.stderr.startswith("zhenggai：")
            assert "Traceback" not in found.stderr
        again = zhenggai("restore", whole, env=target)
        assert again.returncode == 0, again.stderr


def test_a_file_that_is_not_what_was_stored_is_told(db: None, tmp_path: Path) -> None:
    office = make_office()
    document = SourceDocument.objects.get(plan_versions__inspection=import_sample(office))
    path = stored_file(document.sha256)
    data = path.read_bytes()
    path.write_bytes(data + b" ")
    try:
        made = make_backup(tmp_path / "b.zip", now=NOW, with_secret=False)
    finally:
        path.write_bytes(data)
    assert made.changed == [f"文件“{document.name}”"]
    assert make_backup(tmp_path / "c.zip", now=NOW, with_secret=False).changed == []


@pytest.mark.slow
@pytest.mark.tool("moto")
def test_a_bucket_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    with database("unreached") as variables:
        env = environment(tmp_path / "work", variables)
        make = "from zhenggai.web.serving import prepare; prepare()"
        subprocess.run([sys.executable, "-c", make], env=env, check=True)
        env["ZHENGGAI_EVIDENCE_URL"] = "s3://mark:a-secret@127.0.0.1:9/zhenggai?tls=0"
        found = zhenggai("verify", env=env)
        assert found.returncode == 2
        assert found.stderr.startswith("zhenggai：没有核验完：佐证材料的S3存储不能访问")
        assert found.stderr.count("\n") == 1
