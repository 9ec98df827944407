"""The demonstration: a dozen invented patients at different points of the pathway, played through the site's actions.

``stories.toml`` says who they are and what happened to them; ``play`` plays it, step by step, each step once. The app
is installed where ``FACIALIS_DEMO`` is 1 and nowhere else, so that a real practice knows nothing of it.
"""
