"""The pictures of treatment as they stand on the site's pages: the library's drawings, in the site's own colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from facialis.followup.page import fragment as of_course
from facialis.paper.plot import Plot
from facialis.treatment.injection.page.face_map import Mark, numbered
from facialis.treatment.injection.page.fragment import fragment as of_face


def planned(result: Mapping[str, Any]) -> SafeString:
    """Draw the face map of a plan (``facialis.injection_plan/1``)."""
    marks = [Mark(one["muscle"], one["site"], one["side"], one["units"], None) for one in result["sites"]]
    return _svg(of_face(numbered(marks), result["side"], session=False))


def given(result: Mapping[str, Any]) -> SafeString:
    """Draw the face map of a session (``facialis.session/1``): planned hollow, given filled."""
    before = {(one["side"], one["muscle"], one["site"]): one["units"] for one in result["planned"]}
    after = {(one["side"], one["muscle"], one["site"]): one["units"] for one in result["given"]}
    marks = [
        Mark(muscle, site, side, before.get((side, muscle, site)), after.get((side, muscle, site), "0"))
        for side, muscle, site in dict.fromkeys((*before, *after))
    ]
    return _svg(of_face(numbered(marks), result["side"], session=True))


def course(drawn: Plot | None, name: str = "") -> SafeString:
    """Draw a picture of a course; nothing where there is none."""
    return _svg(of_course(drawn, name)) if drawn is not None else _svg("")


def _svg(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - drawn by the library, whose templates escape every word
