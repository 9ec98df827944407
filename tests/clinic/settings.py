"""The site's own settings, with a state folder of their own and what makes tests fast."""

import atexit
import os
import shutil

from tests.clinic import places

os.environ["FACIALIS_HOME"] = str(places.folder("facialis-tests-"))
# A folder is removed by the process that made it, not by those that it forks.
_OWNER = os.getpid()
atexit.register(lambda: os.getpid() == _OWNER and shutil.rmtree(os.environ["FACIALIS_HOME"], ignore_errors=True))
for name in ("DATABASE_URL", "FACIALIS_URL", "FACIALIS_PROXY", "FACIALIS_SMTP", "FACIALIS_STORAGE", "FACIALIS_DEMO"):
    os.environ.pop(name, None)

from facialis_clinic.config.settings import *  # noqa: E402, F403

# The demonstration is tested beside the real site.
INSTALLED_APPS = [*INSTALLED_APPS, "facialis_clinic.demo"]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
# WhiteNoise warns of a folder that is not there.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
