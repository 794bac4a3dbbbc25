"""A developer's or a visitor's own machine: loopback only, a key made at first run, demo data allowed."""

from project import env
from project.settings.base import *  # noqa: F403
from project.settings.base import DATA_DIR
from project.settings.keys import key_kept_in

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "") or key_kept_in(DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
DEMO_DATA_ALLOWED = True
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", False)
