"""How secrets and the questions to a passkey are written into a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template import Library

register = Library()


@register.filter
def in_fours(text: str) -> str:
    """Write a secret in groups of four, as people read it out."""
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON; the template escapes it for the attribute that it stands in."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def has_keys(options: Mapping[str, Any] | None) -> bool:
    """Whether a question to a passkey names any that may answer."""
    return bool(options and options.get("publicKey", {}).get("allowCredentials"))
