"""The template of a practice's sheet."""
