"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Library(AppConfig):
    """``facialis_clinic.library``."""

    name = "facialis_clinic.library"
    default_auto_field = "django.db.models.BigAutoField"
