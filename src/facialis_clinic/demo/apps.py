"""The app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration."""

    name = "facialis_clinic.demo"
    label = "demo"
