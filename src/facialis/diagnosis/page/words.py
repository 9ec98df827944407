"""The words of the assessment's pages: probabilities, bans, sides, states and readers as a clinician writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis.diagnosis import sentences

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
SIDE = {"left": "left", "right": "right", "both": "both sides", "none": "not known"}
STATE = {"present": "present", "absent": "absent", "not_assessable": "not assessable"}
READER = {"emg": "EMG", "mri": "MRI"}
SETTING = {"specialist": "specialist clinic", "primary_care": "primary care", "self_referred": "self-referred"}
URGENCY = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon"}
KIND = {"question": "Ask", "sign": "Look for", "test": "Test"}


def percent(share: float) -> str:
    """Print a probability as the answer's sentences do, on one line."""
    return sentences.percent(share).replace(" ", NO_BREAK)


def interval(probability: Mapping[str, float]) -> str:
    """Print the 95 % interval of a probability: "81 to 98 %"."""
    low, high = (percent(probability[end]) for end in ("low", "high"))
    return high if low == high else f"{low.removesuffix(f'{NO_BREAK}%')} to {high}"


def bans(value: float) -> str:
    """Print bans with their sign: "+0.41"."""
    return f"{value:+.2f}".replace("-", MINUS) if round(value, 2) else "0.00"


def likelihood_ratio(value: float) -> str:
    """Print bans as the likelihood ratio that they are: 0.41 is "2.6"."""
    ratio = 10.0**value
    return (
        f"{ratio:.0f}"
        if ratio >= 9.95
        else f"{ratio:.1f}"
        if ratio >= 0.995
        else f"{ratio:.2f}"
        if ratio >= 0.00995
        else f"{ratio:.1g}"
    )


def state(word: str) -> str:
    """Print the state of a finding, or a step of a ladder such as an age."""
    return STATE.get(word, word.replace("_", " "))


def readers(names: Sequence[str]) -> str:
    """Print who reads: "clinician and MRI"."""
    return listed([READER.get(name, name) for name in names])


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """Join words as in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def sentence(text: str) -> str:
    """Begin a reason with a capital and end it with a full stop, as a line of its own."""
    text = text.strip()
    return capital(text) + ("" if not text or text.endswith((".", "!", "?")) else ".")


def capital(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def case_facts(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was known of the person, by name; what was not given says so."""
    age, onset = (_years(case.get(key)) for key in ("age", "age_at_onset"))
    return [
        ("Age", f"{age}; at onset {onset}"),
        ("Sex", case.get("sex") or "not given"),
        ("Setting", SETTING.get(case.get("setting") or "", "not given")),
        ("Measured results", ", ".join(case.get("results") or ()) or "none"),
    ]


def _years(age: float | None) -> str:
    return "not given" if age is None else f"{age:g}"
