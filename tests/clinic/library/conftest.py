"""The articles that come with the site, read in once: the tests after the first get their rows again."""

from __future__ import annotations

import pytest
from django.db.models import Model

from facialis_clinic.library.actions import import_articles
from facialis_clinic.library.models import Article, Revision
from tests.clinic.conftest import NOW

ROWS: list[list[Model]] = []


@pytest.fixture
def articles(db: None) -> None:
    if not ROWS:
        import_articles(now=NOW)
        ROWS.extend([list(Article.objects.all()), list(Revision.objects.all())])
        return
    for rows in ROWS:
        type(rows[0])._default_manager.bulk_create(rows)
