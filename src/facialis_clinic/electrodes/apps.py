"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Electrodes(AppConfig):
    """``facialis_clinic.electrodes``."""

    name = "facialis_clinic.electrodes"
    default_auto_field = "django.db.models.BigAutoField"
