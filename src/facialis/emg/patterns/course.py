"""Patterns that lie in the course: an even beat, long holds, both sides held, as at will, the jaw, what moves along."""

from __future__ import annotations

import numpy as np

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.episodes import episodes
from facialis.emg.patterns.seen import Floats, Seen, absent, joined, named, present, unknown
from facialis.emg.synchrony import lag
from facialis.emg.synchrony.moments import BLINK, BOTH
from facialis.findings import Finding, Side, State
from facialis.intervals import proportion, rate, variation
from facialis.units import count

PAUSE = 3.0
"""An interval so many times the median one is a pause between volleys, not a beat."""
LONG_S = 0.3
"""Movements at will take at least this long; most twitches of spasm are shorter."""
CHEWED = (0.5, 2.5)
"""Hertz: chewing beats at one to two a second."""


def regular_rhythm(seen: Seen) -> Finding:
    """Judge whether what happens by itself beats evenly: intervals whose variation is below a fifth."""
    code, least = "regular_rhythm", int(knowledge.threshold("regular_rhythm_events_min"))
    apart = np.diff(seen.moments.onset_s[seen.events])
    apart = apart[apart < PAUSE * np.median(apart)] if len(apart) else apart
    beat = variation(apart.tolist()) if len(apart) >= least - 1 else None
    if beat is None:
        return unknown(code, f"{count(len(apart), 'interval')} between events; a rhythm needs {least - 1}")
    value, low, high = (100 * end for end in (beat.value, beat.low, beat.high))
    text = f"intervals between events vary by {value:.0f} % ({low:.0f} to {high:.0f} %, CV), pauses left out"
    most = knowledge.threshold("regular_rhythm_cv_max")
    if beat.low < most <= beat.high:
        return unknown(code, f"{text}; a regular beat varies by less than {100 * most:.0f} %")
    if beat.high < most:
        return present(code, seen.side, beat, text)
    return absent(code, beat, text)


def tonic_sustained(seen: Seen) -> Finding:
    """Judge whether most of the time in spasm lies in long holds."""
    code, hold = "tonic_sustained", knowledge.threshold("tonic_sustained_s")
    lengths = _lengths(seen)
    if not seen.enough(len(lengths), seen.watched_s):
        return unknown(code, f"{count(len(lengths), 'event')} in {seen.watched_s:.0f} s: too few to tell")
    holds = lengths[lengths >= hold]
    share = float(holds.sum() / max(lengths.sum(), 1e-9))
    text = f"{100 * share:.0f} % of the time active is in {count(len(holds), 'hold')} of {hold:.0f} s or more"
    if share > knowledge.threshold("tonic_sustained_share_min"):
        if len(holds) < knowledge.threshold("present_events_min"):
            return unknown(code, text)
        return present(code, seen.side, None, text)
    short = seen.too_little(len(lengths))
    return unknown(code, f"{text}; {short}") if short else absent(code, None, text)


def _lengths(seen: Seen) -> Floats:
    """Return how long each event lasts, seconds; parts that touch are one."""
    made = seen.moments
    onset, offset = made.onset_s[seen.events], made.offset_s[seen.events]
    if not len(onset):
        return onset
    joined_up = episodes(Bursts.of_columns(len(onset), onset_s=onset, offset_s=offset))
    return joined_up.offset_s - joined_up.onset_s


def dystonic(seen: Seen) -> Finding:
    """Judge whether both eyes are held shut together again and again, by itself."""
    code, made, hold = "emg_dystonic", seen.moments, knowledge.threshold("bilateral_lid_spasm_s")
    if not (made.recorded[0] and made.recorded[2]):
        return unknown(code, "needs electrodes on the eye of both sides")
    number, events = _eyes_held(seen), int(seen.events.sum())
    share = proportion(number, events)
    text = f"{number} of {count(events, 'event')} hold both eyes for {hold:g} s or more"
    repeated = number >= knowledge.threshold("absent_opportunities_min") and seen.enough(number, seen.watched_s)
    if share is not None and repeated and share.value > 0.5:
        return present(code, Side.BOTH, share, text, "closing the eyes at will again and again looks the same")
    if number:
        return unknown(code, f"{text}: too few to tell")
    short = seen.too_little(events)
    return unknown(code, short) if short else absent(code, share, text)


def _eyes_held(seen: Seen) -> int:
    """Return how many events hold both eyes."""
    made, hold = seen.moments, knowledge.threshold("bilateral_lid_spasm_s")
    eyes = np.isfinite(made.start_s[:, 0]) & np.isfinite(made.start_s[:, 2])
    with np.errstate(invalid="ignore"):
        long = np.fmin(made.length_s[:, 0], made.length_s[:, 2]) >= hold
    return int(np.count_nonzero(seen.events & (made.kind == BOTH) & eyes & long))


def voluntary_like(seen: Seen, fast: Finding, dragged: Finding) -> Finding:
    """Judge whether muscles are recruited as in a movement at will: long, without fast trains.

    Both eyes held together, and acts that drag the other half along, are recruited so too and are something else.
    """
    code, made = "emg_voluntary_like", seen.moments
    events = int(seen.events.sum())
    if fast.state is State.PRESENT:
        return absent(
            code, None, "fast irregular trains: units of the face fire at some 10 to 30 a second in movements at will"
        )
    if dragged.state is State.PRESENT or 2 * _eyes_held(seen) > events:
        return unknown(code, "acts that drag along, or both eyes held: they cannot be told from movements at will")
    if short := seen.too_little(events):
        return unknown(code, short)
    long = seen.events & (made.offset_s - made.onset_s >= LONG_S)
    share = proportion(int(long.sum()), events)
    text = f"{int(long.sum())} of {count(events, 'event')} last {1000 * LONG_S:.0f} ms or more"
    if fast.state is not State.ABSENT or share is None:
        return unknown(code, f"{text}; whether fast trains are among them is not known")
    if share.low > 0.5:
        return present(code, seen.side, share, f"{text}, none with fast trains")
    return unknown(code, text) if share.high > 0.5 else absent(code, share, text)


def masseter(seen: Seen) -> Finding:
    """Judge whether a muscle of the jaw bursts by itself; chewing does so too, evenly."""
    code = "emg_masseter_bursts"
    jaw = list(seen.of_jaw())
    if not jaw:
        return unknown(code, "needs electrodes on masseter or temporalis")
    sides, told, number = [], [], 0
    for place, channel, bursts in jaw:
        number += len(bursts)
        beat = 1 / float(np.median(np.diff(bursts.onset_s))) if len(bursts) > 2 else 0.0
        long = float(np.median(bursts.offset_s - bursts.onset_s)) if len(bursts) else 0.0
        chewing = CHEWED[0] <= beat <= CHEWED[1] and long >= LONG_S / 2
        if seen.enough(len(bursts), float(seen.usable_s[place])) and not chewing:
            sides.append(channel.side)
            told.append(f"{named(channel)}: {count(len(bursts), 'burst')}")
    side = joined(sides)
    if told and side is not Side.BOTH:
        return present(code, side, None, "; ".join(told), "a silent period was not looked for")
    if number:
        return unknown(code, f"{count(number, 'burst')} of the jaw, on both sides or as in chewing")
    seconds = min(float(seen.usable_s[place]) for place, _, _ in jaw)
    if seconds < knowledge.threshold("absent_rest_s"):
        return unknown(code, f"none in {seconds:.0f} s, absent needs {knowledge.threshold('absent_rest_s'):.0f}")
    return absent(code, rate(0, seconds), f"none in {seconds:.0f} s")


def synkinesis(seen: Seen) -> Finding:
    """Judge whether an act of one half of the face drags the other half of one side along."""
    code, made = "synkinesis", seen.moments
    if not all(made.recorded):
        return unknown(code, "needs electrodes on the eye and the lower face of both sides")
    dragged, late = made.dragged_lag_s
    acts = int(np.count_nonzero(made.acts & (made.kind <= BLINK)))
    sides = [int(np.count_nonzero(dragged == side)) for side in (0, 1)]
    most = int(np.argmax(sides))
    share = proportion(sides[most], acts)
    text = f"the other half of one side comes along in {sides[most]} of {count(acts, 'act')}"
    least = knowledge.threshold("blink_synkinesis_pulls_min")
    if share is not None and sides[most] >= least and share.value > knowledge.threshold("blink_synkinesis_share_min"):
        middle = float(np.median(late[dragged == most]))
        return present(code, (Side.LEFT, Side.RIGHT)[most], share, f"{text}, {lag.in_words(middle)}")
    # Blinks do not show whether the eye closes with a smile, the commoner kind after a palsy.
    return unknown(code, f"{text}; absent needs acts of the eye and of the mouth")
