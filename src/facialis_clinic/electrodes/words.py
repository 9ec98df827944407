"""What is said of a recording of electrodes that was not taken, or could not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from facialis_clinic.recordings.words import OURS

__all__ = ["NOT_TAKEN", "OURS", "UNREADABLE", "in_the_form", "tidy_name"]

NOT_TAKEN: Final[Mapping[str, str]] = {
    "empty": "This file is empty. Copy it again from where it was recorded.",
    "too_big": "This file is larger than the practice takes.",
    "no_room": "There is no room for a file of this size right now: the administrator can make some.",
    "heavy": "This file takes more time or memory to read than any recording of its size should. Export it anew.",
    "broken": "This file stops the program that reads it. Export it anew, as EDF+ if you can.",
    "several": "A study is one file. Put the files of a BrainVision or WFDB recording into one zip archive.",
}
UNREADABLE: Final = "The program stumbled over this file. Export it anew, as EDF+ if you can."

# The reader speaks of its command line; a form has fields.
_OPTIONS: Final = (
    (r"give --rate-hz(?: in samples a second)?", "fill in the samples a second below"),
    (r"give --unit(?: uV, mV or V)?", "choose the unit below"),
    (r"give --stimulated", "choose what was stimulated below"),
    (r"--rate-hz", "the samples a second below"),
    (r"--unit", "the unit below"),
    (r"--stimulated", "what was stimulated below"),
    (r"--montage", "the page on which the electrodes are named"),
    (r"--kind", "what was examined"),
)  # fmt: skip
# The reader's line begins with the name of the file, which is what these verbs speak of.
_OF_THE_FILE: Final = r"(?:is|has|holds|states|ends|names|says|was|cannot|could|does|gives|begins|breaks)\b"


def in_the_form(line: str) -> str:
    """Return a reader's line as a sentence for whoever filled in the form: no name of a file, no option.

    Parameters
    ----------
    line : str
        ``"file: what is wrong; what to do"``.
    """
    text = re.sub(r"^\S*(?:/|sent|original)\S*: ", "", line.strip())
    for pattern, words in _OPTIONS:
        text = re.sub(pattern, words, text)
    if re.match(_OF_THE_FILE, text):
        text = f"this file {text}"
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else UNREADABLE


def tidy_name(name: str) -> str:
    """Return the name of a file as a text to show: no folder, no sign that hides or turns others, not long."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable())
    return " ".join(shown.split())[:100] or "recording"
