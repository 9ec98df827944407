"""What a person who is filmed reads: what to do, when to do it and when to let go. Silent, as no sound is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from facialis.face.guided.protocol import Protocol, Task
from facialis.findings import Side

TO_READ = (
    "The ferry leaves the harbour early in the morning. Five fishermen mend their nets by the wall. A brown puppy "
    "barks at the gulls and wakes the whole village. Mary buys bread, butter and plums, and walks slowly home along "
    "the water. Before lunch the fog lifts, and from every window you can see the blue mountains beyond the bay."
)
"""A text with many sounds of the lips, for reading aloud."""


class Prompt(NamedTuple):
    """The words of a kind of task.

    Attributes
    ----------
    title : str
        What it is.
    how : str
        What to do, in a sentence or two.
    go, rest : str
        What stands there while a repeat is to be done, and between two; empty where there are no repeats.
    held_s : float
        How long a repeat is held; 0 for half of its time.
    """

    title: str
    how: str
    go: str = ""
    rest: str = "Let go"
    held_s: float = 0.0


_EYES_OPEN = "Look at the camera. Eyes open, mouth closed, face loose. Let come what comes."
_AND_BACK = "and back to rest."
# Five seconds of watching follow three of squeezing (the clinic's and the home protocol): one cannot read with the eyes
# closed, so the count is the person's own.
PROMPTS: Mapping[str, Prompt] = {
    "rest": Prompt("Rest", _EYES_OPEN),
    "arrow": Prompt("Turn to the arrow", "Turn your head slowly to the arrow, stay there a moment, and turn back."),
    "closure_gentle": Prompt(
        "Close your eyes gently", "As if falling asleep, for a second. Then open them.", "Close gently", "Open"
    ),
    "closure_forced": Prompt(
        "Squeeze your eyes shut",
        "As tightly as you can. Count to three in your head, then open your eyes and look at the camera.",
        "Squeeze shut, count to 3",
        "Open, look at the camera",
        3.0,
    ),
    "brow_raise": Prompt("Raise your eyebrows", f"As high as you can, {_AND_BACK}", "Raise"),
    "snarl": Prompt("Wrinkle your nose", f"As if something smelt bad, {_AND_BACK}", "Wrinkle"),
    "smile": Prompt("Smile", f"As widely as you can, showing your teeth, {_AND_BACK}", "Smile"),
    "pucker": Prompt("Pucker your lips", f"As if to kiss or whistle, {_AND_BACK}", "Pucker"),
    "cheek_puff": Prompt("Puff out your cheeks", f"With your lips closed, {_AND_BACK}", "Puff"),
    "gaze": Prompt("Move your eyes only", "Up, down, left, right. Keep your head still."),
    "clench": Prompt("Clench your teeth", "Bite on your back teeth. Keep your lips loose."),
    "open_mouth": Prompt("Open your mouth", "As wide as you can."),
    "tongue": Prompt("Put out your tongue", "Straight out, and keep it there."),
    "read": Prompt("Read aloud", TO_READ),
    "distraction": Prompt(
        "Count and tap", "Count backwards from 100, aloud, and tap the table with the other hand as you count."
    ),
    "suppression": Prompt("Hold the twitching back", "Try to keep your face from twitching. Look at the camera."),
    "own_trick": Prompt("Your own trick", "Do what helps you against the twitching, if something does."),
    "wink_left": Prompt("Wink with your left eye", f"Only the left, {_AND_BACK}", "Wink"),
    "wink_right": Prompt("Wink with your right eye", f"Only the right, {_AND_BACK}", "Wink"),
}
"""The words for every kind of task."""


def prompts(protocol: Protocol) -> list[dict[str, Any]]:
    """Return the tasks of a protocol for a screen that shows them one after the other.

    Returns
    -------
    list of dict
        ``name``, ``kind``, ``seconds``, ``repeats``, ``arrow`` (empty but for that kind), ``title``, ``how``, ``go``,
        ``rest`` and ``held_s``, the seconds of each repeat until ``rest`` is shown (0 without repeats).
    """
    return [_shown(task) for task in protocol.tasks]


def _shown(task: Task) -> dict[str, Any]:
    words, seconds = PROMPTS[task.kind], task.end_s - task.start_s
    each = seconds / task.repeats if task.repeats and words.go else 0.0
    return {
        "name": task.name,
        "kind": task.kind,
        "seconds": round(seconds, 3),
        "repeats": task.repeats,
        "arrow": "" if task.arrow is Side.NONE else task.arrow.value,
        "title": words.title,
        "how": words.how,
        "go": words.go if each else "",
        "rest": words.rest if each else "",
        "held_s": round(words.held_s if 0 < words.held_s < each else each / 2, 3),
    }
