"""What the person who starts the site is told: the first administrator's link, and the demo's sign-ins."""

from __future__ import annotations

import os
import sys


def main(administrator: str | None) -> None:
    """Print it."""
    import django
    from django.conf import settings
    from django.utils.timezone import now

    django.setup()
    from facialis_clinic.accounts import actions

    say = sys.stdout.write
    if administrator:
        link = actions.first_administrator(email=administrator, name="", now=now())
        say(
            f"Set up the first administrator here, within 72 hours: {link}\n"
            if link
            else "There is an administrator.\n"
        )
    if settings.DEMO:
        from facialis_clinic.accounts.invented import lines

        say("Everybody here is invented. Sign in as:\n")
        for line in lines():
            say(f"  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    main(sys.argv[1] if len(sys.argv) > 1 else None)
