"""Recordings: films sent in, kept and measured."""
