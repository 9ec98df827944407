"""``facialis serve``: the practice's site on this machine; database, web and worker, started and ended together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of the state; made when missing.", show_default="FACIALIS_HOME"),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on; another than this machine's own needs TLS.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 8000,
    url: Annotated[
        str | None,
        typer.Option(help="The address that people type.", show_default="https://HOST:PORT or http://localhost:PORT"),
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="The certificate, PEM, with its chain.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key, PEM.")] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="The address of a proxy that does TLS and is believed; needs --url https://..."),
    ] = None,
    web: Annotated[int, typer.Option(min=1, help="Processes that answer pages.")] = 2,
    workers: Annotated[int, typer.Option(min=0, help="Processes that measure recordings; 0: they run elsewhere.")] = 1,
    administrator: Annotated[
        str | None,
        typer.Option(help="Make the first administrator with this e-mail address and print the set-up link."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Invented people, their sign-ins printed.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Start, look at the main pages, say what was seen, stop.")
    ] = False,
) -> None:
    """Start the practice's site: database, migrations, web and worker. Ctrl-C ends them all."""
    from facialis_clinic.home import default_home
    from facialis_clinic.serving import Plan, serve

    plan = Plan(
        home=(home or default_home()).expanduser().absolute(), host=host, port=port, url=url, tls_cert=tls_cert,
        tls_key=tls_key, proxies=tuple(proxy or ()), web=web, workers=workers, administrator=administrator, demo=demo,
        check=check,
    )  # fmt: skip
    raise typer.Exit(serve(plan))
