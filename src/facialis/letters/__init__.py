"""What a neurologist writes to others, drafted from public results: letter, report of a film, referral for surgery.

Each draft is a list of sections of what is on record and nothing beyond it; the neurologist edits and signs it.
"""

from facialis.letters.draft import Facts, letter, referral, report

__all__ = ["Facts", "letter", "referral", "report"]
