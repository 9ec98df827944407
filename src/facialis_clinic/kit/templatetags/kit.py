"""The components: ``{% load kit %}``. Each is shown with its call at ``/kit/``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.forms import BaseForm, BoundField
from django.template import Library
from django.template.context import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = Library()

KINDS: Final = ("plain", "good", "warn", "bad")
BUTTONS: Final = ("primary", "second", "danger")
# What opens a row or a cell in a template's own markup; a value shown in it is escaped and never matches.
_CELL: Final = re.compile(r"<(tr|td|th)\b(?![^>]*\brole=)", re.IGNORECASE)


def _known(kind: str, kinds: tuple[str, ...]) -> str:
    if kind not in kinds:
        raise ValueError(f"kind={kind!r}: one of {', '.join(kinds)}")
    return kind


@register.simple_block_tag
def card(content: str, title: str = "", level: int = 2, id: str = "") -> SafeString:
    """Frame what belongs together, under a heading of the level that the page is at."""
    head = format_html("<h{0}>{1}</h{0}>", int(level), title) if title else ""
    name = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="card"{}>{}{}</section>', name, head, mark_safe(content))  # noqa: S308 - a template's own


@register.simple_block_tag
def notice(content: str, kind: str = "plain", title: str = "", live: bool = False) -> SafeString:
    """Say what must not be missed; ``live=True`` also reads it out when it appears."""
    head = format_html('<p class="notice-title">{}</p>', title) if title else ""
    role = mark_safe(' role="status"') if live else ""
    body = mark_safe(content if content.lstrip().startswith("<") else f"<p>{content.strip()}</p>")  # noqa: S308 - as above
    return format_html('<div class="notice {}"{}><div>{}{}</div></div>', _known(kind, KINDS), role, head, body)


@register.simple_tag
def badge(text: object, kind: str = "plain") -> SafeString:
    """Show a state in a word or two."""
    return format_html('<span class="badge {}">{}</span>', _known(kind, KINDS), text)


@register.inclusion_tag("kit/errors.html")
def errors(*forms: BaseForm | None) -> dict[str, Any]:
    """List what is wrong in forms, with links to the fields; it takes the focus when the page has loaded."""
    found = [
        ("", str(message)) if name == "__all__" else (_first_input(form[name]), _about(form[name], str(message)))
        for form in forms
        if form is not None and form.is_bound
        for name, messages in form.errors.items()
        for message in messages
    ]
    return {"errors": found}


def _about(field: BoundField, message: str) -> str:
    """Say in the list which field is meant: most of Django's own messages do not."""
    return f"{field.label}{' ' if field.label.endswith(('?', '.', ':')) else ': '}{message}"


def _first_input(field: BoundField) -> str:
    if not field.use_fieldset:
        return field.id_for_label or field.auto_id
    inputs = list(field.subwidgets)
    return inputs[0].id_for_label if inputs and inputs[0].id_for_label else f"{field.auto_id}_0"


@register.inclusion_tag("kit/field.html")
def field(field: BoundField, hint: str = "", label: str = "") -> dict[str, Any]:
    """Show one field of a form: label, hint, what is wrong, and then the field that they are tied to."""
    shown = hint or field.help_text
    parts = [f"{field.auto_id}_helptext"] * bool(shown) + [f"{field.auto_id}_error"] * bool(field.errors)
    told: dict[str, str | bool] = {"aria-describedby": " ".join(parts)} if parts else {}
    single = field.widget_type == "checkbox"
    return {
        "field": field,
        "input": field if field.use_fieldset else field.as_widget(attrs=told),
        "described_by": " ".join(parts),
        "hint": shown,
        "label": label or field.label,
        "single": single,
        "optional": not field.field.required and not single,
    }


@register.inclusion_tag("kit/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """Show every field of a form in its order."""
    return {"form": form}


@register.simple_tag
def submit(text: str = "Save", kind: str = "primary", name: str = "", value: str = "") -> SafeString:
    """Show the button that sends the form."""
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    look = f"button {_known(kind, BUTTONS)}" if kind != "primary" else "button"
    return format_html('<button type="submit" class="{}"{}>{}</button>', look, named, text)


@register.inclusion_tag("kit/post.html", takes_context=True)
def post(context: Context, url: str, text: str, kind: str = "second") -> dict[str, Any]:
    """Show a button that does one thing by POST."""
    look = {"primary": "", "link": "aslink"}.get(kind) if kind in ("primary", "link") else _known(kind, BUTTONS)
    return {"url": url, "text": text, "look": look, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("kit/timeline.html")
def timeline(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Show what happened when. An item has ``at`` and ``title``, and may have ``text``, ``url`` and ``kind``."""
    return {"items": list(items), "label": label}


@register.simple_block_tag
def table(content: str, columns: str, caption: str = "", quiet_caption: bool = False) -> SafeString:
    """Show rows under ``columns="Day|Name|State"``; on a phone each row becomes a list of names and values.

    Within stand plain ``<tr>``, ``<td>`` and, for what names a row, ``<th scope="row">``. The roles are written out,
    since a browser forgets them where a table is not laid out as one; so does each cell the name of its column.
    A column named with a trailing ``#`` holds numbers.
    """
    names = [name.strip() for name in columns.split("|")]
    titles = [name.removesuffix("#") for name in names]
    head = "".join(
        f'<th role="columnheader" scope="col"{" class=n" * name.endswith("#")}>{escape(title) or _ACTIONS}</th>'
        for name, title in zip(names, titles, strict=True)
    )
    style = ' class="unseen"' if quiet_caption else ""
    title = f"<caption{style}>{escape(caption)}</caption>" if caption else ""
    return mark_safe(  # noqa: S308 - of a template's own markup and escaped names
        f'<div class="table"><table role="table">{title}<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{_with_labels(content, titles)}</tbody></table></div>'
    )


_ACTIONS: Final = '<span class="unseen">Actions</span>'


def _with_labels(rows: str, titles: list[str]) -> str:
    """Give each row and cell its role, and each cell its column's name."""
    place = 0

    def opened(match: re.Match[str]) -> str:
        nonlocal place
        tag = match.group(1).lower()
        if tag == "tr":
            place = 0
            return '<tr role="row"'
        title = titles[place] if place < len(titles) else ""
        place += 1
        if tag == "th":
            return '<th role="rowheader"'
        return f'<td role="cell" data-label="{escape(title)}"'

    return _CELL.sub(opened, rows)


@register.inclusion_tag("kit/progress.html")
def progress(value: float | None, label: str = "", id: str = "progress") -> dict[str, Any]:
    """Show how far something is, 0 to 1; ``None`` where nobody can tell."""
    share = None if value is None else min(max(float(value), 0.0), 1.0)
    return {"share": share, "percent": None if share is None else round(share * 100), "label": label, "id": id}


@register.inclusion_tag("kit/crumbs.html")
def crumbs(*parts: object) -> dict[str, Any]:
    """Show the way here: name, address, name, address, ... and last the name of this page."""
    pairs = [(parts[place], parts[place + 1]) for place in range(0, len(parts) - 1, 2)]
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.simple_tag
def empty(text: str, more: str = "") -> SafeString:
    """Say that there is nothing yet, and what would fill the place."""
    second = format_html("<p>{}</p>", more) if more else ""
    return format_html('<div class="empty"><p>{}</p>{}</div>', text, second)


@register.inclusion_tag("kit/facts.html")
def facts(pairs: Mapping[str, object] | Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Show names with their values."""
    return {"pairs": list(pairs.items() if isinstance(pairs, Mapping) else pairs)}
