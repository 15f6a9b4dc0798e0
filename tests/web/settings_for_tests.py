"""The real settings with a data folder of their own, and quick password hashes."""

import os
import tempfile

os.environ["ZHENGGAI_DATA"] = tempfile.mkdtemp(prefix="zhenggai-tests-")

from zhenggai.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EVENT_HASH = "sha256"
