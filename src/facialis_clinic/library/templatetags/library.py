"""``{% load library %}``: the practice, on any page."""

from __future__ import annotations

from django.template import Library
from django.utils.safestring import SafeString

from facialis_clinic.library.here import here
from facialis_clinic.library.structured import as_script
from facialis_practice.practice import Practice

register = Library()


@register.simple_tag
def practice_here() -> Practice:
    """Return the practice that runs the site."""
    return here()


@register.filter
def dial(phone: str) -> str:
    """Return a telephone number as a ``tel:`` address has it."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


@register.simple_tag
def structured(data: object) -> SafeString:
    """Show structured data for machines: a data block, which the content security policy lets stand."""
    return as_script(data)
