"""Django's settings. What an office sets stands in the environment; everything else is the same everywhere."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from zhenggai.web import mail, store

HERE = Path(__file__).parent
DATA = store.folder()
SECRET_KEY = store.secret(DATA)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ZHENGGAI_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("ZHENGGAI_ORIGINS", "").split()
BEHIND_TLS = bool(CSRF_TRUSTED_ORIGINS) and all(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "zhenggai.web.audit.apps.AuditConfig",
    "zhenggai.web.accounts.apps.AccountsConfig",
    "zhenggai.web.ledger.apps.LedgerConfig",
    "zhenggai.web.pages.apps.PagesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhenggai.web.pages.requests.RequestMiddleware",
]

ROOT_URLCONF = "zhenggai.web.urls"
WSGI_APPLICATION = "zhenggai.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "zhenggai.web.pages.requests.shell",
            ],
            "builtins": ["django.templatetags.static", "zhenggai.web.pages.templatetags.words"],
        },
    }
]

DATABASES = {"default": store.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_FORM_FIELD = "username"  # as authenticate() is given it, not as the form or the model calls it
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "zhenggai.web.accounts.second_factor.EncryptedSecrets"
MFA_SUPPORTED_TYPES = ["totp"]
MFA_TOTP_ISSUER = "整改台账"
MFA_TOTP_TOLERANCE = 1
OIDC = store.single_sign_on()
OIDC_CLAIM = os.environ.get("ZHENGGAI_OIDC_CLAIM", "preferred_username")
SOCIALACCOUNT_ADAPTER = "zhenggai.web.pages.single_sign_on.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}}
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False
PASSWORD_DAYS = int(os.environ.get("ZHENGGAI_PASSWORD_DAYS", "90"))
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "zhenggai.web.accounts.passwords.RulesValidator"}]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "files")}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

FILE_UPLOAD_HANDLERS = [
    "zhenggai.web.ledger.evidence.receiving.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = store.receiving_folder(DATA)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 200
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_485_760
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
UPLOAD_LIMIT = 50 * 1024 * 1024
EVIDENCE_BUCKET = store.evidence_bucket()
EVIDENCE_LIMIT = store.megabytes("ZHENGGAI_EVIDENCE_MB", 200)
EVIDENCE_REQUEST_LIMIT = store.megabytes("ZHENGGAI_EVIDENCE_REQUEST_MB", 1024)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = int(os.environ.get("ZHENGGAI_IDLE_MINUTES", "30")) * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zhenggai.web.pages.faults.forgery"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

MAIL = mail.outgoing()
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.tls == "starttls", MAIL.tls == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.sender
BELL_HOUR = mail.bell_hour()
PUBLIC_ADDRESS = mail.public_address(CSRF_TRUSTED_ORIGINS)
ROBOT_HOSTS = frozenset(os.environ.get("ZHENGGAI_ROBOT_HOSTS", "").split())

EVENT_HASH = store.event_hash()
DAILY_AT = store.daily_at()
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",
    "axes.W006",
]  # the log-in view tells who is locked; one PC has one address for all
