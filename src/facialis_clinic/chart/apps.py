"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Chart(AppConfig):
    """``facialis_clinic.chart``."""

    name = "facialis_clinic.chart"
    default_auto_field = "django.db.models.BigAutoField"
