"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Kit(AppConfig):
    """``facialis_clinic.kit``."""

    name = "facialis_clinic.kit"
