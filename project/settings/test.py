"""The test suite: no secrets, fast hashing, mail kept in memory. The database is SQLite or what DATABASE_URL names."""

from project.settings.base import *  # noqa: F403
from project.settings.base import DATABASES

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMO_DATA_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "certificates": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "sheets": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# As the demo site; the tests of the second factor turn it on.
SECOND_FACTOR_REQUIRED = False
# A thread of a test's server must not hold its connection after the request: the database is dropped at the end.
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Said outright, because pytest-django knows by the name of Django's own engine alone that SQLite is kept in memory.
if DATABASES["default"]["ENGINE"] == "project.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
