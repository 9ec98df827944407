"""The door for the web server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from facialis_clinic.config.bodies import Bodies
from facialis_clinic.processes import end_with_parent

# The web server starts a process of its own for each worker; none outlives it.
end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
application = Bodies(get_wsgi_application(), settings.PROXIES)
