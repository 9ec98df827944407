"""The frame of every page: one HTML file that asks nothing of a network and needs no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from facialis.paper.theme import DARK, LIGHT
from facialis.units import clock, percent_iod

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: str, template: str, context: Mapping[str, Any]) -> str:
    """Fill a room's template into the frame of all pages.

    Parameters
    ----------
    package : str
        The room whose folder ``templates`` holds it, for example ``"facialis.face.page"``.
    template : str
        Its file. It extends ``paper/frame.html`` and may import ``paper/timeline.html`` and ``paper/schema.html``.
    context : mapping
        What it shows. Every text is escaped: file names and reasons may hold HTML.

    Returns
    -------
    str
        The page.

    Raises
    ------
    jinja2.UndefinedError
        If the template asks for what is not in the context.
    """
    return _environment(package).get_template(f"room/{template}").render(context, light=LIGHT, dark=DARK)


@cache
def _environment(package: str) -> Environment:
    from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

    environment = Environment(
        loader=PrefixLoader({"paper": PackageLoader("facialis.paper"), "room": PackageLoader(package)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    environment.filters["percent_iod"] = percent_iod
    return environment
