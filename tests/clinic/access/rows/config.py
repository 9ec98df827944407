"""Addresses of no app."""

from tests.clinic.access.row import PUBLIC, Row

ROWS = {"alive": Row(PUBLIC, ok=(200,))}
