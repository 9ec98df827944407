"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Jobs(AppConfig):
    """``facialis_clinic.jobs``."""

    name = "facialis_clinic.jobs"
    default_auto_field = "django.db.models.BigAutoField"
