"""``facialis worker``: measures recordings and does the site's other background work, on any number of machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of the state whose site runs here.", show_default="FACIALIS_HOME"),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=256, help="Processes; each does one job at a time.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="Do what is ready and end.")] = False,
) -> None:
    """Do the site's background work until Ctrl-C; a second Ctrl-C gives the jobs back at once.

    On the machine of `facialis serve` give the same --home. On another one set DATABASE_URL and FACIALIS_STORAGE.
    """
    from facialis_clinic.home import default_home
    from facialis_clinic.workers import run_worker

    raise typer.Exit(run_worker((home or default_home()).expanduser().absolute(), count=count, once=once))
