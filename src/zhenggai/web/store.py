"""The data folder: the database of one office, uploaded files, the secret that is made on the first start."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ENVIRONMENT = "ZHENGGAI_DATA"
DATABASE = "ZHENGGAI_DATABASE_URL"
HASH = "ZHENGGAI_HASH"
ALGORITHMS = ("sha256", "sm3")
"""What an event can be sealed with."""
EVIDENCE = "ZHENGGAI_EVIDENCE_URL"
DAILY_AT = "ZHENGGAI_DAILY_AT"


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting that the environment gives: its name, what it does and its default, in Chinese."""

    name: str
    meaning: str
    default: str


VARIABLES = (
    Variable(ENVIRONMENT, "数据文件夹：数据库、上传的文件、密钥", "当前文件夹下的 data"),
    Variable(DATABASE, "数据库地址，如 postgresql://用户@主机/库名", "数据文件夹中的 SQLite"),
    Variable("ZHENGGAI_HOSTS", "允许访问的主机名，用空格分开", "localhost 127.0.0.1 [::1]"),
    Variable("ZHENGGAI_ORIGINS", "反向代理对外的网址，如 https://zhenggai.example，用空格分开", "无"),
    Variable("ZHENGGAI_IDLE_MINUTES", "无操作多少分钟后自动退出", "30"),
    Variable("ZHENGGAI_PASSWORD_DAYS", "密码用多少天后须更换，0 为不限", "90"),
    Variable("ZHENGGAI_OIDC_ISSUER", "单点登录（OpenID Connect）的网址；不设则不连接任何外部系统", "不用单点登录"),
    Variable("ZHENGGAI_OIDC_CLIENT", "在单点登录系统登记的应用编号", "无"),
    Variable("ZHENGGAI_OIDC_SECRET", "在单点登录系统登记的应用密钥", "无"),
    Variable("ZHENGGAI_OIDC_CLAIM", "单点登录系统用哪一项给出登录名", "preferred_username"),
    Variable("ZHENGGAI_ONE_ADMINISTRATOR", "设为 1 时一人可兼任系统、安全、审计管理员（小单位）", "不可兼任"),
    Variable(HASH, "操作记录和佐证材料的校验算法：sha256 或 sm3", "sha256"),
    Variable(
        EVIDENCE, "佐证材料的S3存储，如 s3://标识:密钥@主机:端口/桶名；未用TLS的加 ?tls=0", "数据文件夹中的 evidence"
    ),
    Variable(DAILY_AT, "每日例行的时间，如 06:00；停机错过的，开机后补办一次", "06:00"),
    Variable("ZHENGGAI_EVIDENCE_MB", "服务器最多接收多大的佐证材料文件（兆字节）；规则配置中的上限不能超过它", "200"),
    Variable("ZHENGGAI_EVIDENCE_REQUEST_MB", "一次上传的佐证材料合计最大多少兆字节", "1024"),
    Variable("ZHENGGAI_ADDRESS", "人员访问本系统的网址，写进提醒邮件和群消息", "ZHENGGAI_ORIGINS 的第一个"),
    Variable("ZHENGGAI_BELL_HOUR", "每天几点以后才发提醒（0至23）", "8"),
    Variable("ZHENGGAI_SMTP_HOST", "发送提醒邮件的服务器；不设则不发邮件", "不发邮件"),
    Variable("ZHENGGAI_SMTP_PORT", "邮件服务器的端口", "按加密方式为 587、465 或 25"),
    Variable("ZHENGGAI_SMTP_TLS", "邮件服务器的加密方式：starttls、ssl 或 none", "starttls"),
    Variable("ZHENGGAI_SMTP_USER", "邮件服务器的用户名", "不登录"),
    Variable("ZHENGGAI_SMTP_PASSWORD_FILE", "存放邮件服务器密码的文件，只有运行本程序的用户能读", "无"),
    Variable("ZHENGGAI_SMTP_FROM", "提醒邮件的发件人地址", "用户名是邮箱地址的，即为用户名"),
    Variable("ZHENGGAI_ROBOT_HOSTS", "群机器人可以用的单位内部地址（主机或主机:端口），不必是 https，用空格分开", "无"),
)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728; "
    "PRAGMA cache_size=-20000; PRAGMA journal_size_limit=27103364"
)


class StoreError(Exception):
    """A data folder or database setting that cannot be used; `str(error)` is one clear Chinese sentence."""


def folder() -> Path:
    """Return the data folder, made if it is missing and readable by its owner only."""
    path = Path(os.environ.get(ENVIRONMENT) or "data").expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        raise StoreError(f"数据文件夹“{path}”不能建立：{fault.strerror}。请检查位置和权限。") from None
    return path


def receiving_folder(path: Path) -> Path:
    """Return where uploads lie while they come in, made if it is missing: beside the evidence, never in a folder in memory."""
    incoming = path / "evidence" / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    return incoming


def secret(path: Path) -> str:
    """Return the installation's secret, made once; two processes that start together end with the same one."""
    return _kept(path / "secret.key", 64)


def setup_key(path: Path) -> str:
    """Return the key that the first-run page asks for from another machine, made once."""
    return _kept(path / "setup.key", 9)


def forget_setup_key(path: Path) -> None:
    """Remove the key of the first run, which is worth nothing any more."""
    (path / "setup.key").unlink(missing_ok=True)


def _kept(file: Path, size: int) -> str:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(size))
    text = file.read_text(encoding="ascii").strip()
    if not text:
        raise StoreError(f"密钥文件“{file}”是空的，请删除后重新启动。")
    return text


def single_sign_on() -> dict[str, object] | None:
    """Return the single sign-on that the environment names, as allauth's settings take it, or None."""
    issuer, client, secret_text = (
        os.environ.get(f"ZHENGGAI_OIDC_{name}", "").strip() for name in ("ISSUER", "CLIENT", "SECRET")
    )
    if not issuer:
        return None
    if not issuer.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise StoreError("ZHENGGAI_OIDC_ISSUER 应当以 https:// 开头。")
    if not client:
        raise StoreError("设置了 ZHENGGAI_OIDC_ISSUER，还要设置 ZHENGGAI_OIDC_CLIENT。")
    settings = {"server_url": issuer.rstrip("/")}
    return {
        "provider_id": "office",
        "name": "单点登录",
        "client_id": client,
        "secret": secret_text,
        "settings": settings,
    }


def event_hash() -> str:
    """Return the algorithm that the events are sealed with.

    Raises:
        StoreError: the environment names none that is known, or one that this machine does not have.
    """
    name = os.environ.get(HASH, "").strip().lower() or "sha256"
    if name not in ALGORITHMS:
        raise StoreError(f"{HASH} 只能是 {' 或 '.join(ALGORITHMS)}，现在是“{name}”，请更正后重新启动。")
    if name not in hashlib.algorithms_available:
        raise StoreError(f"本机的密码库不支持 {name}，请将 {HASH} 设为 sha256，或安装支持它的 OpenSSL。")
    return name


def database(path: Path) -> dict[str, object]:
    """Return Django's settings for the database that the environment names, by default SQLite in the data folder."""
    url = os.environ.get(DATABASE, "").strip()
    if not url:
        return _sqlite(path / "zhenggai.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise StoreError(f"{DATABASE} 应当以 postgresql:// 开头，现在是“{parts.scheme}://”。")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def evidence_bucket() -> dict[str, object] | None:
    """Return the S3 bucket for evidence that the environment names: address, name, prefix, region, key, secret; or None.

    Raises:
        StoreError: the setting is no such address.
    """
    url = os.environ.get(EVIDENCE, "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise StoreError(f"{EVIDENCE} 不是有效的地址，请检查主机和端口。") from None
    if parts.scheme != "s3" or not parts.hostname:
        raise StoreError(f"{EVIDENCE} 应当写成 s3://标识:密钥@主机:端口/桶名。")
    if not parts.username or not parts.password:
        raise StoreError(f"{EVIDENCE} 中缺少标识或密钥，应当写成 s3://标识:密钥@主机:端口/桶名。")
    name, _, prefix = unquote(parts.path.strip("/")).partition("/")
    if not _BUCKET.fullmatch(name):
        raise StoreError(f"{EVIDENCE} 中的桶名“{name}”不对：3至63个小写字母、数字、点或短横。")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - {"tls", "region"} or options.get("tls", "1") not in ("0", "1"):
        raise StoreError(f"{EVIDENCE} 的问号后面只认 tls=0、tls=1 和 region=地区。")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return {
        "address": f"{'http' if options.get('tls') == '0' else 'https'}://{host}{port}",
        "name": name,
        "prefix": f"{prefix}/" if prefix else "",
        "region": options.get("region") or "us-east-1",
        "key": unquote(parts.username),
        "secret": unquote(parts.password),
    }


def daily_at() -> dt.time:
    """Return the time of day, where the office is, at which the daily run is due.

    Raises:
        StoreError: the setting is no time of day.
    """
    text = os.environ.get(DAILY_AT, "").strip() or "06:00"
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if found is None:
        raise StoreError(f"{DAILY_AT} 应当是时和分，如 06:00，现在是“{text}”。")
    return dt.time(int(found[1]), int(found[2]))


def megabytes(name: str, default: int) -> int:
    """Return a size that the environment gives in megabytes, in bytes.

    Raises:
        StoreError: it is no whole number above 0.
    """
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
        raise StoreError(f"{name} 应当是大于0的整数（兆字节），现在是“{text}”。")
    return int(text) * 2**20


def _sqlite(file: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_START},
    }
