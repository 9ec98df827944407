"""Accounts: who signs in, in which role, and how."""
