"""Play the demonstration of the home that runs here: started by ``facialis serve --demo``, beside the site."""

from __future__ import annotations

import os
import sys
import time


def main() -> int:
    """Play it; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    from facialis_clinic.demo.play import Play
    from facialis_clinic.demo.stories import stories

    def say(line: str) -> None:
        sys.stdout.write(f"demonstration: {line}\n")
        sys.stdout.flush()

    began = time.monotonic()
    play = Play.of(stories())
    steps, films = play.left()
    if steps or films:
        say(f"{steps} steps of {len(play.told.stories)} stories and their films follow while you look round")
    whole = play.run(say)
    say(f"it stands, {time.monotonic() - began:.0f} s after the site" if steps or films else "it stood already")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
