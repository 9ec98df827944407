"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Care(AppConfig):
    """``facialis_clinic.care``."""

    name = "facialis_clinic.care"
    default_auto_field = "django.db.models.BigAutoField"
