"""Evidence in a bucket of an S3-compatible store. Whatever the bucket does wrong becomes one sentence, a VaultError."""

from __future__ import annotations

import io
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, cast

from zhenggai.web.ledger.evidence.vault import PIECE, HalfSent, Staged, Staging, StoredBytes, VaultError, is_digest
from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

_NOT_OFFERED = frozenset({"AccessDenied", "NotImplemented", "MethodNotAllowed"})


class BucketVault(Staging):
    """Evidence in a bucket; what is on its way lies in the data folder meanwhile."""

    def __init__(self, bucket: dict[str, object], folder: Path, algorithm: str) -> None:
        """Name the bucket as `store.evidence_bucket` does; no connection is made yet.

        Raises:
            StoreError: boto3 is not installed.
        """
        super().__init__(folder, algorithm)
        try:
            import boto3  # noqa: PLC0415 — only this vault needs it
            from boto3.s3.transfer import TransferConfig  # noqa: PLC0415
            from botocore.config import Config  # noqa: PLC0415
        except ImportError:
            raise StoreError("佐证材料存放在S3存储时，要安装附加组件：pip install 'zhenggai[s3]'。") from None
        self._bucket = str(bucket["name"])
        self._prefix = str(bucket["prefix"])
        self._client = boto3.client(
            "s3",
            endpoint_url=bucket["address"],
            aws_access_key_id=bucket["key"],
            aws_secret_access_key=bucket["secret"],
            region_name=bucket["region"],
            config=Config(
                s3={"addressing_style": "path"},
                retries={"max_attempts": 3, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
            ),
        )
        self._transfer = TransferConfig(multipart_chunksize=8 * PIECE, use_threads=False)

    def put(self, stream: IO[bytes]) -> StoredBytes:
        """See `Vault`."""
        return self.keep(self.stage(iter(lambda: stream.read(PIECE), b"")))

    def keep(self, staged: Staged) -> StoredBytes:
        """See `Vault`. What is there already is only made young again."""
        key = self._key(staged.stored.digest)
        there = self.exists(staged.stored.digest)
        with _reaching():
            if there:
                self._client.copy(
                    {"Bucket": self._bucket, "Key": key},
                    self._bucket,
                    key,
                    ExtraArgs={"MetadataDirective": "REPLACE"},
                    Config=self._transfer,
                )
            else:
                self._client.upload_file(str(staged.path), self._bucket, key, Config=self._transfer)
        staged.discard()
        return staged.stored

    def open(self, digest: str) -> IO[bytes]:
        """See `Vault`."""
        with _reaching(digest):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest))
        return cast("IO[bytes]", _Body(answer["Body"]))

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """See `Vault`."""
        with self.open(digest) as stream:
            staged = self.stage(iter(lambda: stream.read(PIECE), b""))
        try:
            yield staged.path
        finally:
            staged.discard()

    def exists(self, digest: str) -> bool:
        """See `Vault`."""
        with suppress(FileNotFoundError):
            self._head(digest)
            return True
        return False

    def digests(self) -> Iterator[str]:
        """See `Vault`."""
        with _reaching():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"].rpartition("/")[2]
                    if is_digest(name) and entry["Key"] == self._key(name):
                        yield name

    def modified(self, digest: str) -> dt.datetime:
        """See `Vault`."""
        at: dt.datetime = self._head(digest)["LastModified"]
        return at

    def remove(self, digest: str) -> None:
        """See `Vault`."""
        with _reaching():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def half_sent(self) -> Iterator[HalfSent]:
        """See `Vault`. Of a store that does not list them there are none."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 — only this vault needs it

        with _reaching():
            pages = self._client.get_paginator("list_multipart_uploads")
            try:
                for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                    for entry in page.get("Uploads", ()):
                        yield HalfSent(entry["Key"], entry["UploadId"], entry["Initiated"])
            except ClientError as fault:
                if fault.response.get("Error", {}).get("Code") not in _NOT_OFFERED:
                    raise

    def give_up(self, sent: HalfSent) -> None:
        """See `Vault`. What has ended by itself meanwhile is left alone."""
        with suppress(FileNotFoundError), _reaching(sent.key):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=sent.key, UploadId=sent.upload)

    def _head(self, digest: str) -> dict[str, Any]:
        with _reaching(digest):
            found: dict[str, Any] = self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
        return found

    def _key(self, digest: str) -> str:
        if not is_digest(digest):
            raise ValueError(f"no hash: {digest!r}")
        return f"{self._prefix}{digest[:2]}/{digest}"


class _Body(io.RawIOBase):
    """What the bucket sends, read in pieces."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        with _reaching():
            found: bytes = self._body.read(None if size is None or size < 0 else size)
        return found

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._body.close()
        super().close()


@contextmanager
def _reaching(digest: str = "") -> Iterator[None]:
    """Let faults of the store out as what they mean.

    Raises:
        FileNotFoundError: `digest` was asked for and is not there.
        VaultError: anything else.
    """
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 — only this vault needs it
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as fault:
        if digest and fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            code = fault.response.get("Error", {}).get("Code")
            if code != "NoSuchBucket":
                raise FileNotFoundError(digest) from fault
        raise _told(str(fault.response.get("Error", {}).get("Code") or "")) from fault
    except (BotoCoreError, Boto3Error) as fault:
        raise _told(type(fault).__name__) from fault


def _told(why: str) -> VaultError:
    return VaultError(
        f"佐证材料的S3存储不能访问（{why or '没有说明原因'}），本次没有办成。"
        "请稍后重试；仍然不行时，请系统管理员检查网络和环境变量 ZHENGGAI_EVIDENCE_URL。"
    )
