"""What is said to a person about a film: why it is not taken, what was wrong with it, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

PHONE = "the way your phone saved it (MP4 or MOV)"

NOT_TAKEN: Final[Mapping[str, str]] = {
    "empty": "This file is empty. Choose the video once more, or film it again.",
    "picture": "This is a picture. Send a video: choose “video” in your camera and film for about a minute.",
    "moving_picture": f"This is a moving picture (GIF). Send a video, {PHONE}.",
    "archive": "This is a packed file. Unpack it and send the video that is inside.",
    "sound": "This is sound without a picture. Send a video that shows your face.",
    "document": "This is a document. Send a video that shows your face.",
    "text": "This is a text or a web page, not a video. Send the video itself, not a link to it.",
    "cut_off": "The end of this video is missing. Send it again from the phone that filmed it, or film it again.",
    "unreadable": f"We cannot read this as a video. Send it {PHONE}.",
    "broken": "This video is damaged: no picture in it can be shown. Send it again, or film it again.",
    "several": "This file holds more than one video. Film with one camera at a time and send that.",
    "codec": "This video is stored in a way that we do not know. Film with the normal camera of your phone.",
    "encrypted": "This video is locked against copying. Send one that you filmed yourself.",
    "too_many_pixels": "The pictures of this video are too large. Set your camera to 1080p and film again.",
    "too_few_pixels": "The pictures of this video are too small. Set your camera to 1080p and film again.",
    "no_times": f"This video does not say when each picture was taken. Send it {PHONE}, not a changed copy.",
    "too_long": "This video is longer than 15 minutes. Send a shorter one: one to five minutes are best.",
    "too_short": "This video is shorter than a second. Film for about a minute.",
    "not_the_same": f"This video was changed by a program in a way that we cannot keep exactly. Send it {PHONE}.",
    "too_heavy": "This video takes more than our computer can give. Set your camera to 1080p and film again.",
    "too_big": "This video is larger than 2 GB. Film a shorter one, or set your camera to 1080p.",
    "changed": "Something was lost on the way. Please send the video again.",
    "no_room": "The practice has no room for a video of this size right now. Please call us; it is not your mistake.",
    "quota": "Your record has no room for a video of this size. Ask the practice about the older ones.",
    "many_open": "Several of your videos are still on their way. Finish or give up one of them first.",
    "not_whole": "The whole video has not arrived yet.",
    "part": "This part of the video does not fit. Load the page again and choose the video once more.",
    "gone": "This video was given up, or it waited too long. Choose it again and it will be sent from its beginning.",
    "no_care": "Without a yes to your own care we may not keep or measure the video.",
}
FRAMING: Final[Mapping[str, str]] = {
    "no_face": "We cannot find your face. Look into the camera, with your whole face in the picture.",
    "edge": "Part of your face is outside the picture. Move to the middle.",
    "several": "Somebody else is in the picture. Film alone.",
    "far": "Come closer: from hair to collar you should fill half the height of the picture.",
    "near": "Go back a little: your whole face, from hair to collar, should be in the picture.",
    "turned": "Turn your face straight to the camera.",
    "tilted": "Hold your head upright, and the phone too.",
    "level": "Put the phone at the height of your eyes.",
    "dim": "It is too dark. Turn your face to a window or a lamp.",
    "bright": "It is too bright. Go a little away from the light.",
    "behind": "The light comes from behind you. Turn round, so that it falls on your face.",
    "glare": "Light is mirrored round your eyes. Take glasses off, or turn a little aside from the light.",
    "blurred": "The picture is not sharp. Wipe the camera with a cloth and hold still.",
}
MEASURE_FAILED: Final[Mapping[str, str]] = {
    "broken": "Too much of this video is damaged. Send it again from the phone that filmed it, or film it again.",
    "time": NOT_TAKEN["too_heavy"],
    "memory": NOT_TAKEN["too_heavy"],
    "error": "Our program stumbled over this video. The practice can see that; film again if you can, or call us.",
    "no_consent": "This video was not measured: the yes to its use for your own care was taken back.",
}
OURS: Final = (
    "Something went wrong on our side. It is not your mistake, and your video is safe. The practice can see it."
)

# What the examination says of a film's quality, and how a patient reads it. Searched in this order.
_QUALITY: Final = (
    (r"^no face was found", "We could not find your face. Film it from the front, half the height of the picture."),
    (r"new pictures a second", "The camera took too few pictures a second. Set it to 30 or 60, in bright light."),
    (r"too small to measure", "Your face was too small. Bring the camera closer: the face fills half the height."),
    (r"^only 0\.0 s could be measured", "No part of the video could be used. Film a minute, face to the camera."),
    (r"^only ([\d.]+) s could be measured", r"Only \1 seconds could be used. Film a minute, hands off your face."),
    (r"drown in this clip", "The picture was too grainy or too shaky. Use more light and prop the camera up."),
    (r"^the face is small", "Your face was small in the picture. Bring the camera closer next time."),
    (r"blur short twitches", "The camera took few pictures a second. Set it to 30 or, better, 60."),
    (r"would be missed", "Small twitches cannot be seen in this video. Use more light and prop the camera up."),
    (r"^no face in (\d+) %", r"Your face was out of the picture for \1 % of the time. Keep it in the middle."),
    (r"turned away", "Your head was turned away for part of the time. Look into the camera."),
    (r"^too dark or too bright", "It was too dark or too bright. Sit facing a window, with no light behind you."),
    (r"^out of focus", "The picture was not sharp. Clean the lens and prop the camera up."),
    (r"^glare", "Light was mirrored round your eyes. Take glasses off, or turn the light aside."),
    (r"covers part of the face", "Something covered part of your face. Keep hands and hair away from it."),
    (r"in the picture: the largest", "Somebody else was in the picture. Film alone."),
    (r"repeat the one before", "Many pictures of this video are copies of each other. Send it as your phone saved it."),
    (r"could not be used", "Your head moved a lot. Rest it against the back of a chair."),
)  # fmt: skip


def plainly(reason: str) -> str:
    """Return a reason of the examination in words that a patient can act on; one that is not known stays as it is."""
    for pattern, sentence in _QUALITY:
        if found := re.search(pattern, reason):
            return found.expand(sentence)
    text = reason.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def quality_for_patient(result: Mapping[str, Any]) -> list[str]:
    """Return what could be better about a film, each once: how much could be used comes after why."""
    causes_first = sorted(result["quality"]["reasons"], key=lambda reason: reason.startswith("only "))
    return list(dict.fromkeys(plainly(reason) for reason in causes_first))


def verdict(result: Mapping[str, Any]) -> str:
    """Return in a sentence what a film was good for."""
    usable = round(result["quality"]["usable_s"])
    match result["quality"]["verdict"]:
        case "good":
            return f"The video is good: {usable} seconds of it could be measured."
        case "limited":
            return f"The video could be measured, {usable} seconds of it. It could be better:"
        case _:
            return "The video could not be measured:"


def tidy_name(name: str) -> str:
    """Return the name of a file as a text to show: no folder, no sign that hides or turns others, not long."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable())
    return " ".join(shown.split())[:100] or "video"


def first(reasons: Iterable[str], otherwise: str) -> str:
    """Return the first of the reasons as a patient reads it."""
    return next((plainly(reason) for reason in reasons), otherwise)
