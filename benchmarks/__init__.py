"""Facialis against known truth and against what a user can do today. Run with ``make bench``."""
