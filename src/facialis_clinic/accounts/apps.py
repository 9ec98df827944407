"""The app, as Django wants to know it."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """``facialis_clinic.accounts``."""

    name = "facialis_clinic.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put what allauth does on the log."""
        from facialis_clinic.accounts.signals import connect

        connect()
