"""The app, as Django wants to know it."""

from django.apps import AppConfig
from django.core.checks import register


class Library(AppConfig):
    """``facialis_clinic.library``."""

    name = "facialis_clinic.library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the practice's own file checked before anything starts."""
        from facialis_clinic.library.here import check

        register(check)
