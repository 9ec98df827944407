"""Injection of botulinum toxin: a plan that adds up exactly and is checked, a session as given, the next plan from it.

Units belong to a product and are never converted. What is drawn is what is given and what is wasted, to the last
digit. Nothing here raises a dose or changes a product by itself: the clinician does, and says why.
"""

from __future__ import annotations

from facialis.treatment.injection.planning import Plan, plan

__all__ = ["Plan", "plan"]
