"""The settings. All that differs from place to place comes from the environment, and ``facialis serve`` sets it.

``FACIALIS_HOME``      the folder of the state
``DATABASE_URL``       a PostgreSQL server, 15 or newer, as the role that serves; the embedded one where it is not set
``FACIALIS_URL``       the address people type; https unless it is this machine's own
``FACIALIS_PROXY``     the addresses of the proxies that are believed, separated by commas
``FACIALIS_SMTP``      smtp://user:password@host:587 ; a file for each mail in ``mail/`` where it is not set
``FACIALIS_STORAGE``   s3://bucket?endpoint=... ; the folder ``files/`` where it is not set
``FACIALIS_DEMO``      1: invented people, said on every page; with ``FACIALIS_STORIES=0`` nothing has happened to them
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from facialis_clinic import database
from facialis_clinic.home import default_home, secret

HERE = Path(__file__).resolve().parent.parent
HOME = default_home()
DEMO = os.environ.get("FACIALIS_DEMO") == "1"
DEBUG = False

SECRET_KEY = secret(HOME, "django")
URL = urlsplit(os.environ.get("FACIALIS_URL") or "http://localhost:8000")
HTTPS = URL.scheme == "https"
LOCAL = ("localhost", "127.0.0.1", "::1")
if not HTTPS and (URL.hostname or "") not in LOCAL:
    raise ImproperlyConfigured(f"FACIALIS_URL {URL.geturl()}: without https only this machine's own address will do")
# The machine's own names stay good over https too: a health check asks there.
ALLOWED_HOSTS = [URL.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{URL.scheme}://{URL.netloc}"]
PROXIES = tuple(one.strip() for one in os.environ.get("FACIALIS_PROXY", "").split(",") if one.strip())

ROOT_URLCONF = "facialis_clinic.config.urls"
WSGI_APPLICATION = "facialis_clinic.config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "facialis_clinic.kit",
    "facialis_clinic.accounts",
    "facialis_clinic.audit",
    "facialis_clinic.people",
    "facialis_clinic.recordings",
    "facialis_clinic.electrodes",
    "facialis_clinic.intake",
    "facialis_clinic.chart",
    "facialis_clinic.care",
    "facialis_clinic.jobs",
    "facialis_clinic.library",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "pgtrigger",
    "pghistory",
    "csp",
    # A practice that is real knows nothing of the invented one.
    *(["facialis_clinic.demo"] if DEMO else []),
]
MIDDLEWARE = [
    # What sets headers comes before what may answer by itself.
    "csp.middleware.CSPMiddleware",
    "facialis_clinic.config.headers.Headers",
    "facialis_clinic.config.proxy.NamedProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "facialis_clinic.config.clock.Clock",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "facialis_clinic.accounts.middleware.TooMany",
    "facialis_clinic.accounts.middleware.Sessions",
    "facialis_clinic.accounts.middleware.SecondFactor",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "facialis_clinic.people.history.History",
    "django_htmx.middleware.HtmxMiddleware",
    "facialis_clinic.config.logs.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "facialis_clinic.kit.context.page",
            ]
        },
    }
]

# The database: the owner role migrates, the app role serves.
ROLE: Literal["owner", "app"] = "owner" if os.environ.get("FACIALIS_ROLE") == "owner" else "app"


def _database() -> dict[str, Any]:
    given = os.environ.get("DATABASE_URL")
    if given:
        url = os.environ.get("DATABASE_OWNER_URL", given) if ROLE == "owner" else given
        return database.settings_of(url)
    running = database.running(HOME, ROLE)
    if running is None:
        # Nothing runs yet: whoever asks for a connection is told so, whoever does not needs none.
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "facialis",
            "HOST": str(HOME / "no-server-runs-here"),
        }
    return database.settings_of(running)


DATABASES = {
    "default": _database() | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# It holds what was tried how often. With Django's own limit of 300 entries, 300 more addresses would push that out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "facialis_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
TASKS = {"default": {"BACKEND": "facialis_clinic.jobs.backend.Queue", "QUEUES": []}}

# Files: the site's own beside the pages, the patients' never below the web root.
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# WhiteNoise would let every site read them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGE = os.environ.get("FACIALIS_STORAGE", "")

# Who signs in, and how.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "facialis_clinic.accounts.passwords.NotARow"},
    {"NAME": "facialis_clinic.accounts.passwords.NotOfThisPlace"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "facialis_clinic.accounts.adapter.Adapter"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Per address of the caller (ip), per account or e-mail address (key), per person signed in (user). The sixth wrong
# password or code in a quarter of an hour finds the account locked.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip,300/h/ip",
    "login_failed": "30/15m/ip,5/15m/key",
    "signup": "20/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/15m/ip",
    "reauthenticate": "10/15m/user",
    "change_password": "10/15m/user",
    "manage_email": "10/15m/user",
}
ACCOUNT_FORMS = {
    "login": "facialis_clinic.accounts.entrance.SignIn",
    "signup": "facialis_clinic.accounts.entrance.SignUp",
    "reset_password": "facialis_clinic.accounts.entrance.AskForReset",
    "reset_password_from_key": "facialis_clinic.accounts.entrance.ResetPassword",
    "change_password": "facialis_clinic.accounts.entrance.ChangePassword",
    "reauthenticate": "facialis_clinic.accounts.entrance.ConfirmPassword",
    "add_email": "facialis_clinic.accounts.entrance.ChangeAddress",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = URL.scheme
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Over plain HTTP only this machine's own address is served (above), where browsers allow passkeys too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Facialis"
# Clocks differ, and people are slow: the code before and the one after are taken too; each is taken once.
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "facialis_clinic.accounts.adapter.SecondFactors"
# A code of the half minute before or after is taken; that none is taken twice is seen to in accounts.actions.codes.
MFA_TOTP_TOLERANCE = 1
# Nobody gets in without a confirmed address; one that waits to take its place is no reason against a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "facialis_clinic.accounts.entrance.ShowCode",
    "reauthenticate": "facialis_clinic.accounts.entrance.ShowCodeAgain",
    "activate_totp": "facialis_clinic.accounts.entrance.SetUpApp",
    "add_webauthn": "facialis_clinic.accounts.entrance.AddKey",
    "edit_webauthn": "facialis_clinic.accounts.entrance.RenameKey",
    "authenticate_webauthn": "facialis_clinic.accounts.entrance.ShowKey",
    "login_webauthn": "facialis_clinic.accounts.entrance.EnterByKey",
    "reauthenticate_webauthn": "facialis_clinic.accounts.entrance.ShowKeyAgain",
}
# Memory-hard, and in the standard library; the second one for a system whose OpenSSL has no scrypt.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Cookies and headers.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_FAILURE_VIEW = "facialis_clinic.kit.views.csrf_failure"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
MESSAGE_STORAGE = "facialis_clinic.config.messages.Messages"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^alive/$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "upgrade-insecure-requests": HTTPS,
    }
}

# Mail: a file each, or a server. No mail holds health data; it holds a link.
DEFAULT_FROM_EMAIL = os.environ.get("FACIALIS_MAIL_FROM", f"Facialis <no-reply@{URL.hostname or 'localhost'}>")
if _smtp := os.environ.get("FACIALIS_SMTP"):
    _mail = urlsplit(_smtp)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and _mail.hostname not in LOCAL
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "facialis_clinic.mail.Folder"
    EMAIL_FILE_PATH = HOME / "mail"

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "facialis_clinic.config.logs.Line",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
PGHISTORY_APPEND_ONLY = True
