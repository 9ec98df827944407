"""Another process of the site: five wrong passwords for one address, over the cache of the site. Prints the answers."""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.clinic.settings"
import django
from django.conf import settings

settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "facialis_cache"}}
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
settings.ALLOWED_HOSTS = ["testserver"]
django.setup()

from django.test import Client  # noqa: E402

form = {"login": sys.argv[2], "password": "wrong horse battery"}
print(json.dumps([Client().post("/account/login/", form).status_code for _ in range(5)]))  # noqa: T201
