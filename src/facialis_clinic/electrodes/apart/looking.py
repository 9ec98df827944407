"""What a file says of itself: its channels, how long it is and when it began."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def look(source: Path, told: dict[str, Any]) -> dict[str, Any]:
    """Return the channels on muscles with what their labels say, how long it is, and the day.

    Parameters
    ----------
    source : Path
    told : dict
        ``kind``, and where they were given ``rate_hz``, ``unit`` and ``stimulated``.

    Raises
    ------
    RecordingError
        If it cannot be read.
    """
    from facialis.emg.evoked import table

    if told["kind"] != "free" and table.is_sweeps(source):
        return _sweeps(source, told)
    return _continuous(source, told)


def _continuous(source: Path, told: dict[str, Any]) -> dict[str, Any]:
    from facialis.emg.recording import RecordingError, open_recording

    with open_recording(source, rate_hz=told.get("rate_hz"), unit=told.get("unit")) as opened:
        about = opened.source
        channels = [
            {"name": one.name, "muscle": one.muscle or "", "side": one.side.value, "rate_hz": one.rate_hz}
            for one in about.channels
            if one.use == "emg"
        ]
        if not channels:
            raise RecordingError("none of its channels lies on a muscle, as far as their labels say")
        return {"channels": channels, "duration_s": about.duration_s, "started": about.started}


def _sweeps(source: Path, told: dict[str, Any]) -> dict[str, Any]:
    from facialis.emg.evoked.reading import read
    from facialis.emg.evoked.sweeps import Stimulated

    asked = told.get("stimulated")
    whole = read(source, stimulated=Stimulated.of(asked) if asked else None)
    channels = {
        block.channel: {
            "name": block.channel,
            "muscle": block.muscle or "",
            "side": block.side.value,
            "rate_hz": round(block.rate_hz, 1),
        }
        for block in whole.blocks
    }
    return {"channels": list(channels.values()), "duration_s": 0.0, "started": None}
