"""The real settings with a data folder of their own, quick password hashes and a database that need not survive.

SQLite is a file as in real use, not a database in memory: the threads of a server under test then have connections of
their own.
"""

import os
import tempfile

os.environ["ZHENGGAI_DATA"] = tempfile.mkdtemp(prefix="zhenggai-tests-")

from zhenggai.web.settings import *  # noqa: F403
from zhenggai.web.settings import DATA, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EVENT_HASH = "sha256"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {  # type: ignore[assignment]
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF",
    }
