"""Django's settings for the desk: those of the store, and what a browser needs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from replique.store.home import Home
from replique.store.settings import *  # noqa: F403 — the desk's are the store's, and more
from replique.web import address

HERE = Path(__file__).parent
COMMITTEE = os.environ.get("REPLIQUE_DESK", "") == "committee"
"""Several people, with accounts; otherwise one person, on this computer alone."""
LOCAL_KEY = os.environ.get("REPLIQUE_DESK_KEY", "")
"""What the opened address holds on a laptop; "" lets nobody in."""

MEDIA_FOLDERS = os.environ.get("REPLIQUE_MEDIA", "").split(os.pathsep)
"""Where members of a committee may search on the server; nowhere when it is not set."""

DEBUG = False
# `opening` gives it; without, what is signed in this process holds in it alone
SECRET_KEY = os.environ.get("REPLIQUE_DESK_SECRET") or secrets.token_urlsafe(48)
ADDRESS = address.address(os.environ.get("REPLIQUE_ADDRESS", "")) if COMMITTEE else None
"""Where people find a committee's desk; None where nothing was said, or on a laptop."""
PROXIES = address.proxies(os.environ.get("REPLIQUE_PROXY", "127.0.0.1"))
"""Whose X-Forwarded-Proto and -For are believed (replique.web.proxies)."""
MAIL = address.mail(os.environ.get("REPLIQUE_SMTP", "")) if COMMITTEE else None
ALLOWED_HOSTS = ["127.0.0.1", "localhost"] if ADDRESS is None else [ADDRESS.host]
CSRF_TRUSTED_ORIGINS = [] if ADDRESS is None else [ADDRESS.origin]
USE_X_FORWARDED_HOST = False

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405 — the store's
    # a connection is kept by the thread that has it; one that a restart broke is made anew
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}  # noqa: F405
if COMMITTEE:  # who guesses passwords is counted by all processes together
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(Home.default().path / "desk-cache"),
        }
    }

INSTALLED_APPS = [
    "replique.store",
    "replique.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
AUTH_USER_MODEL = "desk.Account"

MIDDLEWARE = [
    "replique.web.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "replique.web.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "replique.web.compressing.CompressingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "replique.web.tongue.TongueMiddleware",
    "replique.web.failing.FailingMiddleware",
    "replique.web.api.tokens.TokenMiddleware",
    "replique.web.local_door.LocalDoorMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "replique.web.committee_door.CommitteeDoorMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "replique.web.urls"
WSGI_APPLICATION = "replique.web.serving.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "replique.web.surroundings.surroundings",
            ],
            "builtins": ["replique.web.templatetags.desk"],
        },
    }
]

STATIC_URL = "/static/"
# gathered and compressed once, when the desk opens (`opening`); tests serve them as they lie
STATIC_ROOT = os.environ.get("REPLIQUE_DESK_STATIC") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "replique"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = COMMITTEE
CSRF_COOKIE_SECURE = COMMITTEE
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "replique.web.views.refusals.forged"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if COMMITTEE else 0
SECURE_SSL_REDIRECT = ADDRESS is not None and ADDRESS.secure
SECURE_SSL_HOST = None if ADDRESS is None else ADDRESS.origin.partition("://")[2]
SECURE_REDIRECT_EXEMPT = [r"^static/"]  # by which the keeper knows that the server answers
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # the nonce: wavesurfer.js writes the style of its shadow root
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
# more than a piece that a page sends: it may be of a voice, and goes through no other folder
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Accounts: a committee's desk alone has any (replique.web.committee_door)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "replique.web.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is given from hand to hand: no mail
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "invitation": "20/m/ip",
    "passphrase": "10/m/user",
    "reset_password": "10/m/ip,3/5m/key",
    "reset_password_from_key": "20/m/ip",
}
API_REQUESTS_A_MINUTE = 300
"""Of one token; and of one address that shows tokens which are not known, a tenth."""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ADDRESS is not None and ADDRESS.secure else "http"
MFA_ADAPTER = "replique.web.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Réplique"
USERSESSIONS_TRACK_ACTIVITY = False
EMAIL_BACKEND = f"django.core.mail.backends.{'dummy' if MAIL is None else 'smtp'}.EmailBackend"
if MAIL is not None:
    EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.tls == "implicit", MAIL.tls == "starttls"
    EMAIL_TIMEOUT = 20
    DEFAULT_FROM_EMAIL = MAIL.sender
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "replique.web.passwords.LongEnough"},
    {"NAME": "replique.web.passwords.NotCommon"},
]
