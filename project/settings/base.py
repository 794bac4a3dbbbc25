"""What holds everywhere. What differs from machine to machine is read from the environment (see .env.example)."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from project import env
from project.settings.agencies import provider_apps

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).absolute()

INSTALLED_APPS = [
    "project.apps.ProjectConfig",
    "certificates",
    "elearning",
    "training",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "auditlog",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.table_block",
    "wagtail.snippets",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "project.walls.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "project.walls.RefusalsMiddleware",
    "project.walls.RequestsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "project.middleware.WhoMiddleware",
    "project.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "project.middleware.TrailOriginMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "project.walls.LogInsMiddleware",
    "project.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "project.context.page",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR / 'evidenca.sqlite3'))}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.text("CACHE_URL")}
        if env.text("CACHE_URL", "")
        # In files, so that every process of the embedded default counts the same wrong passwords.
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}
    )
}

AUTH_USER_MODEL = "training.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
WAGTAILADMIN_LOGIN_URL = "admin_door"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "project.adapters.InvitationOnlyAdapter"
# An address is verified by the link of its invitation, so there is nothing left to verify at log-in.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# By network address, and by the account tried: ten wrong passwords lock that account's log-in for a quarter of an hour.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "60/m/ip,10/15m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "accept_invitation": "30/m/ip",
    "ask_for_access": "10/h/ip",
    "verify_certificate": "60/m/ip",
    # A room shares one network address; whoever is right is not counted.
    "check_in_refused": "60/10m/ip,10/10m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Evidenca"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an account that was made by command has no verified address, and needs one most
# An agency's own identity provider: off unless the environment names one.
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider_apps()}}
SOCIALACCOUNT_ADAPTER = "project.agency_log_in.AgencyLogInAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
USERSESSIONS_TRACK_ACTIVITY = False
# Whoever reaches other people's records enrols a second factor first. Only the demo site runs without.
SECOND_FACTOR_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False

LANGUAGE_CODE = "en"
# Django knows no Montenegrin; the names of languages are looked up here.
LANG_INFO["cnr"] = {"bidi": False, "code": "cnr", "name": "Montenegrin", "name_local": "crnogorski"}
LANGUAGES = [
    ("en", _("English")),
    ("sq", _("Albanian")),
    ("mk", _("Macedonian")),
    ("bs", _("Bosnian")),
    ("sr", _("Serbian")),
    ("sr-latn", _("Serbian in Latin letters")),
    ("cnr", _("Montenegrin")),
]
USE_I18N = True
FORMAT_MODULE_PATH = "project.formats"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", _("English"))]
USE_TZ = True
TIME_ZONE = "Europe/Belgrade"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
# Images and documents of Wagtail: no server hands these out, project/files.py asks first.
MEDIA_URL = "/files/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "project.static_files.NamedByContent"},
    "certificates": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "certificates", "file_permissions_mode": 0o600},
    },
    # What people signed in the room. No address leads into it.
    "sheets": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "sheets",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "project.mail.StandardErrorBackend")
EMAIL_FILE_PATH = env.text("EMAIL_FILE_PATH", "") or None
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Evidenca <evidenca@localhost>")

AUDITLOG_STORE_JSON_CHANGES = True
AUDITLOG_DISABLE_REMOTE_ADDR = True  # where from is in the trail; a header anybody can send is not asked
AUDITLOG_CID_HEADER = None

# Work behind the pages: at once and in their process, or by workers (manage.py work) that find it in the database.
TASK_BACKEND = env.one_of("TASK_BACKEND", ("immediate", "database"))
TASKS = {
    "default": {
        "BACKEND": {
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
            "database": "django_tasks_db.DatabaseBackend",
        }[TASK_BACKEND]
    }
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A log-in ends with the browser or the working day; that of whoever reaches other people's records after half an hour
# without work.
SESSION_COOKIE_AGE = 12 * 60 * 60
IDLE_SECONDS = 60 * env.number("IDLE_MINUTES", 30)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The largest file that is taken has 20 MB (imports/safety.py); the rest of a form needs less than one.
LARGEST_REQUEST = 21 * 1024 * 1024

BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_SITE_NAME = "Evidenca"
# Addresses and passwords are changed where it is limited and recorded, not by Wagtail's own pages.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "project.documents.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp"]

# Who reports in IATI files: the organisation's identifier, its kind (code of OrganisationType) and its name.
IATI_REPORTING_ORG = env.text("IATI_REPORTING_ORG", "evidenca")
IATI_REPORTING_ORG_TYPE = env.text("IATI_REPORTING_ORG_TYPE", "90")
IATI_REPORTING_ORG_NAME = env.text("IATI_REPORTING_ORG_NAME", WAGTAIL_SITE_NAME)

# Certificates: who issues them, the keys that sign their QR codes, and the organisation's own key for their PDFs.
CERTIFICATE_ISSUER = env.text("CERTIFICATE_ISSUER", WAGTAIL_SITE_NAME)
CERTIFICATE_KEYS = Path(env.text("CERTIFICATE_KEYS", str(DATA_DIR / "keys"))).absolute()
CERTIFICATE_P12 = env.text("CERTIFICATE_P12", "")
CERTIFICATE_P12_PASSWORD = env.text("CERTIFICATE_P12_PASSWORD", "")
CERTIFICATE_PEM = env.text("CERTIFICATE_PEM", "")
CERTIFICATE_PEM_PASSWORD = env.text("CERTIFICATE_PEM_PASSWORD", "")
# Who says at which time a PDF was signed (RFC 3161), and the roots that its certificates and the key's lead to.
CERTIFICATE_TSA_URL = env.text("CERTIFICATE_TSA_URL", "")
CERTIFICATE_ROOTS = env.text("CERTIFICATE_ROOTS", "")

# Who answers for the personal data kept here, as the privacy notice says it.
PRIVACY_CONTROLLER = env.text("PRIVACY_CONTROLLER", WAGTAIL_SITE_NAME)
PRIVACY_CONTACT = env.text("PRIVACY_CONTACT", "")

# For how many days personal data is kept, by kind of record (services/retention.py, docs/data-protection.md).
RETENTION_DAYS = {
    "people": env.days("RETAIN_PEOPLE_DAYS", 3650),
    "accounts": env.days("RETAIN_ACCOUNTS_DAYS", 1095),
    "access": env.days("RETAIN_ACCESS_DAYS", 365),
    "requests": env.days("RETAIN_REQUESTS_DAYS", 1095),
    "changes": env.days("RETAIN_CHANGES_DAYS", 730),
    "walk_ins": env.days("RETAIN_WALK_INS_DAYS", 90),
    "check_ins": env.days("RETAIN_CHECK_INS_DAYS", 30),
    "sheets": env.days("RETAIN_SHEETS_DAYS", 1825),
    "log_ins": env.days("RETAIN_LOG_INS_DAYS", 90),
}

# One line for each event, to the standard error, where systemd and containers look. Personal values are never logged.
LOG_LEVEL = env.text("LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # It would warn of every signature it is asked about that we trust no root for it: so we do, on purpose.
        "pyhanko.sign.validation": {"level": "ERROR"},
        "evidenca.security": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
