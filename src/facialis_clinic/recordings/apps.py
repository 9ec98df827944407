"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Recordings(AppConfig):
    """``facialis_clinic.recordings``."""

    name = "facialis_clinic.recordings"
    default_auto_field = "django.db.models.BigAutoField"
