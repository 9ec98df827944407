"""What a page says to machines: schema.org as JSON-LD. It says no more than the page does."""

from __future__ import annotations

import json
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from facialis import knowledge
from facialis_clinic.library.models import Article, Audience, Kind, Revision
from facialis_clinic.library.render import questions
from facialis_clinic.library.standing import Standing

CONTEXT: Final = "https://schema.org"
# In a script element these could end it or begin a comment; JSON may write them by number.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_AUDIENCE: Final = {
    Audience.PATIENTS: {"@type": "Patient", "name": "Patients"},
    Audience.CLINICIANS: {"@type": "MedicalAudience", "audienceType": "Clinician"},
    Audience.INSURERS: {"@type": "Audience", "audienceType": "Health insurers"},
}


def as_script(data: object) -> SafeString:
    """Return data as a script element that is a data block and can end nothing."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped the line above


def page(article: Article, revision: Revision, standing: Standing, *, url: str, publisher: str) -> dict[str, Any]:
    """Return an article as a MedicalWebPage, and as a FAQPage where it is one.

    ``lastReviewed`` and ``reviewedBy`` stand there only while a review does.
    """
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": ["MedicalWebPage", "FAQPage"] if article.kind == Kind.FAQ else "MedicalWebPage",
        "url": url,
        "name": revision.title,
        "description": revision.summary,
        "inLanguage": "en-GB",
        "dateModified": revision.made_at.date().isoformat(),
        "author": {"@type": "Organization", "name": revision.author},
        "publisher": {"@type": "MedicalOrganization", "name": publisher},
        "audience": _AUDIENCE[Audience(article.audience)],
        "about": _condition(),
    }
    if standing.state == "reviewed" and standing.review is not None:
        told["lastReviewed"] = standing.review.reviewed_on.isoformat()
        told["reviewedBy"] = {"@type": "Person", "name": standing.review.name, "jobTitle": "Neurologist"}
    if article.kind == Kind.FAQ:
        told["mainEntity"] = [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in questions(revision.text)
        ]
    return told


def _condition() -> dict[str, Any]:
    disorder = knowledge.disorders()["hemifacial_spasm"]
    return {
        "@type": "MedicalCondition",
        "name": disorder.name,
        "code": {"@type": "MedicalCode", "codingSystem": "ICD-10-CM", "codeValue": disorder.icd10cm["none"]},
    }
