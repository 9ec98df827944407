"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Intake(AppConfig):
    """``facialis_clinic.intake``."""

    name = "facialis_clinic.intake"
    default_auto_field = "django.db.models.BigAutoField"
