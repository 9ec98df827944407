"""Make channels of what a file says of them: names, muscles, sides, and how many microvolts a step is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from facialis.emg.recording.labels import muscle_of, side_of, unique, use_of
from facialis.emg.recording.model import Channel, RecordingError
from facialis.emg.recording.montage import Montage, Place
from facialis.findings import Side

_MICROVOLTS = {"nv": 1e-3, "uv": 1.0, "mv": 1e3, "v": 1e6}
_LONG = {"nanovolt": "nv", "microvolt": "uv", "micv": "uv", "mcv": "uv", "millivolt": "mv", "volt": "v"}

_MOST_UV = 1e7
"""10 V: no amplifier for electrodes shows more, so a file that claims it has the wrong unit or a broken header."""

_READABLE_UV = 1e30
"""Beyond it a sample does not fit into 32 bits."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of a channel: a sample is ``digits * gain + offset`` in its unit; limits in that unit too."""

    label: str
    unit: str
    rate_hz: float
    gain: float = 1.0
    offset: float = 0.0
    low: float | None = None
    high: float | None = None
    step: float | None = None
    why: str = ""
    """Why the numbers of the header make no scale; empty where they do."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """A channel and what makes microvolts (or its own unit) of its digits."""

    channel: Channel
    gain: float
    offset: float


def microvolts(unit: str) -> float | None:
    """Return how many microvolts a unit is, however it is spelt; None where it is no voltage."""
    plain = unit.strip().strip("\0").strip().lower().replace("\xc2", "")
    plain = plain.replace("\xb5", "u").replace("\u03bc", "u").rstrip("s").replace(" ", "")
    return _MICROVOLTS.get(_LONG.get(plain, plain))


def given_unit(unit: str | None) -> str | None:
    """Return the unit that the caller gives, if it is a voltage.

    Raises
    ------
    RecordingError
        If it is none.
    """
    if unit is not None and microvolts(unit) is None:
        raise RecordingError(f'"{unit}" is no unit of voltage; give --unit uV, mV, V or nV')
    return unit


def scaled(
    name: str, told: list[Told], montage: Montage | None, unit: str | None, doubts: list[str]
) -> tuple[Scaled, ...]:
    """Return the channels of a file in microvolts.

    Parameters
    ----------
    name : str
        Of the file, for errors.
    told : list of Told
    montage : Montage or None
    unit : str or None
        Of the channels for which the file states none.
    doubts : list of str
        What is odd is added to it.

    Raises
    ------
    RecordingError
        If no channel states a voltage and some state no unit at all.
    DocumentError
        If the montage names a channel that is not there.
    """
    names = unique([one.label for one in told])
    places = montage.places(names) if montage else {}
    unit = given_unit(unit)
    made = []
    silent = []
    for label, one in zip(names, told, strict=True):
        place = places.get(label)
        use = "emg" if place else use_of(one.label)
        if use == "emg" and not one.unit.strip("\0 ") and unit is None:
            silent.append(label)
        made.append(_scaled(label, one, use, unit, doubts))
    # ``unique`` has given the second "x" the name "x (2)".
    again = [name for name, one in zip(names, told, strict=True) if name.startswith(f"{one.label.strip()} (")]
    if again := [name for name in again if name not in places]:
        doubts.append(f"a label stands more than once: see {_named(again)}; name each in a montage (--montage)")
    if silent and (places.keys() & silent or not any(one.channel.use == "emg" for one in made)):
        raise RecordingError(f'{name}: states no unit for "{silent[0]}"; give it: --unit uV (or mV, V, nV)')
    if silent:
        doubts.append(f"no unit is stated for {_named(silent)}: not read as voltage")
    return tuple(_placed(one, places) for one in made)


def _scaled(name: str, told: Told, use: str, unit: str | None, doubts: list[str]) -> Scaled:
    """Return one channel in microvolts, or in its own unit where it is no voltage or no scale can be made."""
    own = told.unit.strip("\0 ")
    factor = microvolts(own or unit or "") if use != "trigger" else None
    biggest = max(abs(number) for number in (told.gain, told.offset, told.low or 0, told.high or 0))
    why = told.why or ("" if biggest * (factor or 1) < _READABLE_UV else "its scale is beyond any number")
    if why:
        doubts.append(f'"{name}" is read as bare digits: {why}')
        bare = Channel(name, None, Side.NONE, told.rate_hz, "trigger" if use == "trigger" else "other", "")
        return Scaled(bare, 1.0, 0.0)
    if factor is None:
        bare = Channel(name, None, Side.NONE, told.rate_hz, "other" if use == "emg" else use, own, told.low, told.high)
        return Scaled(bare, told.gain, told.offset)
    low, high, step = (None if value is None else value * factor for value in (told.low, told.high, told.step))
    if any(value is not None and abs(value) > _MOST_UV for value in (low, high)):
        doubts.append(f'"{name}" claims more than 10 V, as no electrode gives: its unit or its limits are wrong')
    channel = Channel(name, None, Side.NONE, told.rate_hz, use, "uV", low, high, step)
    return Scaled(channel, told.gain * factor, told.offset * factor)


def _placed(one: Scaled, places: dict[str, Place]) -> Scaled:
    """Return the channel with its muscle and side: the montage's, else the label's where it lies on a muscle."""
    channel = one.channel
    if channel.use != "emg":
        return one
    place = places.get(channel.name) or Place(muscle_of(channel.name), side_of(channel.name))
    return replace(one, channel=replace(channel, muscle=place.muscle, side=place.side))


def _named(names: list[str]) -> str:
    """Name some channels in a line."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(f'"{name}"' for name in names[:3]) + more
