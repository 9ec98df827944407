"""What machines ask for: which pages there are, and which are theirs to read."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from facialis_clinic.library.access import public_articles
from facialis_clinic.library.here import today

PAGES: Final = (
    "home",
    "patients",
    "clinicians",
    "insurers",
    "practice",
    "contact",
    "references",
    "accessibility",
    "privacy",
)
CLOSED: Final = ("account", "people", "recordings", "log", "articles", "call-backs", "version", "versions", "kit")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Name every public page."""
    site = settings.URL.geturl().rstrip("/")
    rows = [(reverse(f"library:{name}"), "") for name in PAGES]
    rows += [(one.article.url, one.revision.made_at.date().isoformat()) for one in public_articles(today())]
    urls = "".join(
        f"<url><loc>{escape(site + path)}</loc>{f'<lastmod>{made}</lastmod>' if made else ''}</url>\n"
        for path, made in rows
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what is not for machines to read."""
    site = settings.URL.geturl().rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in CLOSED), f"Sitemap: {site}/sitemap.xml"]
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
