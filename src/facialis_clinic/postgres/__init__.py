"""The rooms behind ``facialis_clinic.database``: programs, folders, the server's account, the watcher, the roles."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be had; the text is one line: what, where, what to do."""
