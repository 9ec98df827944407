"""What the label of a channel says: muscle, side, kind of channel. What it does not say stays unknown."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from facialis.findings import Side

MUSCLES = {
    "frontalis": r"frontalis|front",
    "corrugator": r"corrugator|corr",
    "procerus": r"procerus",
    "orbicularis_oculi": r"orb[a-z]* oc[a-z]*|oocc?|oocul[a-z]*|oo oc[a-z]*",
    "nasalis": r"nasalis",
    "levator_labii": r"levator labii(?: superioris)?|lev labii|lls",
    "zygomaticus": r"zygom[a-z]*(?: major| minor)?|zyg",
    "risorius": r"risorius",
    "buccinator": r"buccinator",
    "orbicularis_oris": r"orb[a-z]* oris|orb[a-z]* or|oori?|ooris|oo or[a-z]*",
    "depressor_anguli_oris": r"depr[a-z]* ang[a-z]*(?: or[a-z]*)?|dao",
    "depressor_labii": r"depr[a-z]* labii(?: inferioris)?|dli",
    "mentalis": r"mentalis|ment",
    "platysma": r"platysma|plat",
    "masseter": r"masseter|mass",
    "temporalis": r"temporalis",
    "sternocleidomastoid": r"sternocleido[a-z]*|scm",
    "trapezius": r"trapezius|trap",
}
"""Every muscle that a montage may name, and how labels write it once they are spelt in small letters and spaces."""

_LEFT = ("l", "lt", "li", "left", "links", "sx", "sin", "sinister", "sinistra", "gauche")
_RIGHT = ("r", "rt", "re", "right", "rechts", "dx", "dex", "dexter", "destra", "droit", "droite")

_TRIGGER = re.compile(r"\b(status|trigger|trig|trg|ttl|sti|stim|stimulus|marker|markers)\b")

_LEAD = r"\bmlii\b|\bav[rlf]\b|\bmcl ?1\b"

_ECG = re.compile(rf"\b(ecg|ekg|cardiac)\b|{_LEAD}")

_OTHER = re.compile(
    r"\b(eeg|eog|veog|heog|ecg|ekg|cardiac|meg|ppg|pleth|pulse|puls|spo2|sao2|sp o2|sa o2|o2|co2|oxygen|oximetry|sat"
    r"|temp|temperature|resp|respiration|flow|airflow|nasal|thermistor|thorax|thor|chest|abdomen|abdo|abd|effort|snore"
    r"|mic|microphone|sound|position|pos|body|hr|bpm|heart|light|lux|acc|accel|accelerometer|gyro|mag|gsr|eda|pressure"
    r"|abp|bp|battery|ref|gnd|ground|force|torque|angle|counter)\b|^[hv]eog|" + _LEAD
)

# The places of the 10-10 system: electrodes on the scalp. A1 and its like are left out: amplifiers name inputs so.
_SITE = "(?:fp|af|ft|fc|tp|cp|po|f|t|c|p|o)[z0-9]{1,2}"
_SCALP = re.compile(f"{_SITE}( ({_SITE}|m1|m2|a1|a2|ref|avg|le))?")


def spelt(label: str) -> str:
    """Return a label in small letters and spaces: ``"L-OrbOculi_1"`` as ``"l orb oculi 1"``."""
    plain = "".join(mark for mark in normalize("NFKD", label) if not combining(mark))
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain).lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart).split())


def muscle_of(label: str) -> str | None:
    """Return the muscle that a label names; None where it names none, or two."""
    text = _apart(spelt(label))
    found = {muscle for muscle, written in MUSCLES.items() if re.search(rf"\b(?:{written})(?: ?[0-9]+)?\b", text)}
    return found.pop() if len(found) == 1 else None


def side_of(label: str) -> Side:
    """Return the side that a label names, NONE where it names none, or both."""
    words = _apart(spelt(label)).split()
    left, right = any(word in _LEFT for word in words), any(word in _RIGHT for word in words)
    return Side.NONE if left == right else Side.LEFT if left else Side.RIGHT


def use_of(label: str) -> str:
    """Return what a channel is by its label: "trigger", "other", or "emg" where nothing speaks against it."""
    text = spelt(label)
    if re.search(r"\bemg ?[0-9]*\b", text) or muscle_of(label):
        return "emg"
    if _TRIGGER.search(text) or _TRIGGER.fullmatch(label.strip().lower()):
        return "trigger"
    return "other" if _OTHER.search(text) or _SCALP.fullmatch(text) else "emg"


def is_ecg(label: str) -> bool:
    """Say whether a label names the heart: its beats are looked for in the other channels."""
    return bool(_ECG.search(spelt(label)))


def unique(labels: list[str]) -> list[str]:
    """Return labels such that no two are equal: the second ``x`` becomes ``x (2)``; an empty one gets its place."""
    names: list[str] = []
    taken: set[str] = set()
    for place, label in enumerate(labels, 1):
        stem = "".join(mark if mark.isprintable() else " " for mark in label).strip() or f"channel {place}"
        name, times = stem, 1
        while name in taken:
            times += 1
            name = f"{stem} ({times})"
        taken.add(name)
        names.append(name)
    return names


def _apart(text: str) -> str:
    """Part a side from the muscle that it is written to: ``"looc"``, ``"rmasseter"``."""
    every = "|".join(written for written in MUSCLES.values())
    return re.sub(rf"\b([lr])(?=(?:{every})\b)", r"\1 ", text)
