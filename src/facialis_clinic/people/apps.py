"""The app, as Django wants to know it."""

from django.apps import AppConfig


class People(AppConfig):
    """``facialis_clinic.people``."""

    name = "facialis_clinic.people"
    default_auto_field = "django.db.models.BigAutoField"
