"""The vault: the same contract for the folder and for a bucket on a real S3 server process."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhenggai.web import store
from zhenggai.web.ledger.evidence.bucket import BucketVault
from zhenggai.web.ledger.evidence.vault import FolderVault, Vault, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "s3://mark:a-secret@127.0.0.1:{port}/zhenggai/evidence?tls=0"
WORDS = "佐证材料".encode()


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, object]]:
    """A bucket on a server of its own; the server ends with the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                request = urllib.request.Request(f"http://127.0.0.1:{port}/zhenggai", method="PUT")
                urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.2)
        os.environ[store.EVIDENCE] = URL.format(port=port)
        found = store.evidence_bucket()
        del os.environ[store.EVIDENCE]
        assert found
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def make(kind: str, request: pytest.FixtureRequest, folder: Path) -> Vault:
    if kind == "folder":
        return FolderVault(folder, "sha256")
    settings = request.getfixturevalue("bucket")
    return BucketVault({**settings, "prefix": f"{folder.name}/"}, folder, "sha256")


@pytest.fixture(
    params=[
        "folder",
        pytest.param(
            "bucket", marks=[pytest.mark.slow, pytest.mark.tool("moto"), pytest.mark.allow_hosts(["127.0.0.1"])]
        ),
    ]
)
def vault(request: pytest.FixtureRequest) -> Iterator[Vault]:
    with tempfile.TemporaryDirectory() as folder:
        yield make(request.param, request, Path(folder))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_what_goes_in_comes_out(vault: Vault) -> None:
    stored = vault.put(io.BytesIO(WORDS))
    assert (stored.algorithm, stored.digest, stored.size) == ("sha256", digest(WORDS), len(WORDS))
    assert vault.exists(stored.digest)
    with vault.open(stored.digest) as file:
        assert file.read() == WORDS
    with vault.local(stored.digest) as path:
        assert path.read_bytes() == WORDS
    assert list(vault.unfinished()) == []


def test_the_same_is_kept_once_and_grows_young(vault: Vault) -> None:
    before = vault.put(io.BytesIO(WORDS))
    first = vault.modified(before.digest)
    assert vault.put(io.BytesIO(WORDS)) == before
    assert list(vault.digests()) == [before.digest]
    assert vault.modified(before.digest) >= first


def test_large_and_small_are_listed_and_removed(vault: Vault) -> None:
    kept = {vault.put(io.BytesIO(data)).digest for data in (b"", b"1", os.urandom(9 << 20))}
    assert set(vault.digests()) == kept
    for name in kept:
        vault.remove(name)
        vault.remove(name)
    assert not list(vault.digests())


def test_what_is_not_there_is_told(vault: Vault) -> None:
    assert not vault.exists(digest(b"x"))
    for look in (vault.open, vault.modified, lambda name: vault.local(name).__enter__()):
        with pytest.raises(FileNotFoundError):
            look(digest(b"x"))


@pytest.mark.parametrize("name", ["../../secret.key", "", "A" * 64, "0" * 63])
def test_no_other_file_can_be_named(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="no hash"):
        vault.open(name)


def test_what_is_staged_and_not_kept_is_nowhere(vault: Vault) -> None:
    staged = vault.stage([b"a", b"b"])
    assert staged.stored.digest == digest(b"ab")
    assert list(vault.unfinished()) == [staged.path]
    assert not list(vault.digests())
    staged.discard()
    staged.discard()
    assert not list(vault.unfinished())


def test_a_stream_that_breaks_leaves_nothing(vault: Vault) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        vault.stage(broken())
    assert not list(vault.unfinished())


@pytest.mark.slow
@pytest.mark.tool("moto")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_what_a_bucket_keeps_of_an_upload_that_was_killed_is_told_and_given_up(
    bucket: dict[str, object], tmp_path: Path
) -> None:
    vault = BucketVault({**bucket, "prefix": "killed/"}, tmp_path, "sha256")
    key = vault._key(digest(WORDS))
    upload = vault._client.create_multipart_upload(Bucket=vault._bucket, Key=key)["UploadId"]
    (sent,) = vault.half_sent()
    assert (sent.key, sent.upload) == (key, upload)
    assert not list(BucketVault({**bucket, "prefix": "other/"}, tmp_path, "sha256").half_sent())
    vault.give_up(sent)
    assert not list(vault.half_sent())
    vault.give_up(sent)


@pytest.mark.slow
@pytest.mark.tool("moto")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_whatever_a_bucket_does_wrong_is_one_sentence(bucket: dict[str, object], tmp_path: Path) -> None:
    vaults = [
        BucketVault({**bucket, "name": "no-such-bucket"}, tmp_path, "sha256"),
        BucketVault({**bucket, "address": "http://127.0.0.1:9"}, tmp_path, "sha256"),
    ]
    staged = vaults[0].stage([WORDS])
    acts: list[Callable[[BucketVault], object]] = [
        lambda vault: vault.open(digest(WORDS)),
        lambda vault: list(vault.digests()),
        lambda vault: list(vault.half_sent()),
        lambda vault: vault.keep(staged),
        lambda vault: vault.remove(digest(WORDS)),
    ]
    for vault in vaults:
        for act in acts:
            with pytest.raises(VaultError, match=r"S3存储不能访问（\w+）.*稍后重试.*ZHENGGAI_EVIDENCE_URL"):
                act(vault)


def test_eight_at_once_keep_one(vault: Vault) -> None:
    data = os.urandom(300_000)
    faults: list[Exception] = []

    def put() -> None:
        try:
            vault.put(io.BytesIO(data))
        except Exception as fault:  # noqa: BLE001 — told by the test
            faults.append(fault)

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert list(vault.digests()) == [digest(data)]
    assert not list(vault.unfinished())


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        left = 64

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return bytes(size) if self.left >= 0 else b""

    with tempfile.TemporaryDirectory() as folder:
        tracemalloc.start()
        stored = FolderVault(Path(folder), "sha256").put(Endless())  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert stored.size == 64 << 20
    assert peak < 6 << 20


def test_sm3_names_files_too(tmp_path: Path) -> None:
    stored = FolderVault(tmp_path, "sm3").put(io.BytesIO(WORDS))
    assert stored.digest == hashlib.new("sm3", WORDS).hexdigest()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a:b@c/zhenggai", "s3://标识"),
        ("s3://c/zhenggai", "缺少标识"),
        ("s3://a@c/zhenggai", "缺少标识"),
        ("s3://a:b@c/", "桶名"),
        ("s3://a:b@c/A_B", "桶名"),
        ("s3://a:b@c:99999/zhenggai", "主机和端口"),
        ("s3://a:b@c/zhenggai?tls=no", "tls=0"),
        ("s3://a:b@c/zhenggai?x=1", "tls=0"),
    ],
)
def test_a_bad_setting_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str, why: str) -> None:
    monkeypatch.setenv(store.EVIDENCE, url)
    with pytest.raises(store.StoreError, match=why):
        store.evidence_bucket()


def test_a_good_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.EVIDENCE, "s3://k%40:s%2F1@store.example:9000/zhenggai/a/b?region=cn-1")
    assert store.evidence_bucket() == {
        "address": "https://store.example:9000",
        "name": "zhenggai",
        "prefix": "a/b/",
        "region": "cn-1",
        "key": "k@",
        "secret": "s/1",
    }
    monkeypatch.setenv(store.EVIDENCE, "")
    assert store.evidence_bucket() is None


@pytest.mark.parametrize("text", ["0", "-1", "a", "1.5"])
def test_a_bad_size_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("ZHENGGAI_EVIDENCE_MB", text)
    with pytest.raises(store.StoreError, match="大于0的整数"):
        store.megabytes("ZHENGGAI_EVIDENCE_MB", 200)
