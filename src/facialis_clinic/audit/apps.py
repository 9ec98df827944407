"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Audit(AppConfig):
    """``facialis_clinic.audit``."""

    name = "facialis_clinic.audit"
    default_auto_field = "django.db.models.BigAutoField"
