"""Forget again whom a restored backup has brought back. Run as ``python -m``, with ``FACIALIS_HOME`` set.

Its one argument, which may be missing, is the list of the home that was lost or left (``forgotten.jsonl``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(words: list[str]) -> int:
    """Forget them and return how many they were."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django
    from django.utils.timezone import now

    django.setup()
    from facialis_clinic.people.actions import forget_again

    return forget_again(now=now(), listed=Path(words[0]) if words else None)


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1:])} forgotten again\n")
