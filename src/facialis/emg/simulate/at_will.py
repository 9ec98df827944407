"""What muscles do at will and in blinks: contractions of slowly firing units, recruited and let go."""

from __future__ import annotations

from facialis.emg.simulate.scene import Scene, Volley
from facialis.emg.simulate.trains import Train, recruited
from facialis.findings import Side

ACTS = {
    "close eyes": ("orbicularis_oculi", "corrugator"),
    "smile": ("zygomaticus", "orbicularis_oris", "nasalis"),
    "pucker": ("orbicularis_oris", "mentalis"),
    "raise brows": ("frontalis",),
    "show lower teeth": ("mentalis", "platysma"),
}
"""Acts a person is asked for, and the muscles that do them."""

_HZ, _VARIATION = (8.0, 30.0), (0.15, 0.25)


def contraction(
    scene: Scene, place: int, length_s: float, rise_s: float, *, share: float = 1.0, hz: tuple[float, float] = _HZ
) -> Train:
    """Draw a contraction at will of one channel, from time 0."""
    size = len(scene.pools[place])
    fall = float(scene.rng.uniform(0.7, 1.6)) * rise_s
    return recruited(scene.rng, size, length_s, hz, _VARIATION, rise_s=rise_s, fall_s=fall, share=share)


def blinks(scene: Scene, *, per_min: float = 20.0, kind: str = "blink") -> list[Volley]:
    """Plan blinks of both eyes, 100 to 300 ms, the sides within a millisecond or two."""
    planned: list[Volley] = []
    for at in scene.times(per_min, 0.8):
        planned += blink(scene, at, kind)
    return planned


def blink(scene: Scene, at: float, kind: str = "blink") -> list[Volley]:
    """Plan one blink."""
    rng = scene.rng
    group, length = next(scene.groups), float(rng.uniform(0.1, 0.3))
    planned: list[Volley] = []
    for place in scene.where(("orbicularis_oculi",)):
        # A blink is quicker than any contraction at will: units up to 50 Hz, recruited at once.
        fired = contraction(scene, place, length, 0.15 * length, share=float(rng.uniform(0.5, 0.9)), hz=(25.0, 55.0))
        planned += scene.volley(place, fired.moved(at + float(rng.normal(0, 0.001))), kind, group)
    return planned


def blinks_only(scene: Scene, *, per_min: float = 20.0) -> list[Volley]:
    """Plan nothing but blinks."""
    return blinks(scene, per_min=per_min)


def act(
    scene: Scene, muscles: tuple[str, ...], at: float, length_s: float, group: int, sides: tuple[Side, ...] = ()
) -> list[Volley]:
    """Plan an act at will: its muscles on both sides, begun within some tens of milliseconds."""
    rng = scene.rng
    rise = float(rng.uniform(0.08, 0.4)) * min(length_s, 1.0)
    planned: list[Volley] = []
    for place in scene.where(muscles):
        if sides and scene.channels[place].side not in sides:
            continue
        late = float(rng.normal(0, 0.006)) + float(rng.uniform(0, 0.03))
        fired = contraction(scene, place, length_s, rise, share=float(rng.uniform(0.6, 1.0)))
        planned += scene.volley(place, fired.moved(at + late), "voluntary", group, 3.0)
    return planned


def asked(scene: Scene, at: float, name: str) -> list[Volley]:
    """Plan an act on command: it begins a reaction time after the word."""
    rng = scene.rng
    begin = at + (float(rng.uniform(0.25, 0.6)) if scene.tasks else 0.0)
    return act(scene, ACTS[name], begin, float(rng.uniform(0.6, 3.0)), next(scene.groups))


def voluntary(
    scene: Scene,
    *,
    acts_per_min: float = 10.0,
    length_s: tuple[float, float] = (0.4, 4.0),
    blinks_per_min: float = 15.0,
) -> list[Volley]:
    """Plan acts at will of both sides, and blinks."""
    planned = blinks(scene, per_min=blinks_per_min)
    for at, length in scene.stretches(acts_per_min, length_s):
        muscles = list(ACTS.values())[int(scene.rng.integers(len(ACTS)))]
        planned += act(scene, muscles, at, length, next(scene.groups))
    return planned


def healthy(scene: Scene, *, blinks_per_min: float = 15.0, acts_per_min: float = 1.5) -> list[Volley]:
    """Plan a healthy person at rest: blinks, and a movement now and then."""
    return voluntary(scene, acts_per_min=acts_per_min, blinks_per_min=blinks_per_min)


def rest(scene: Scene) -> list[Volley]:
    """Plan nothing at all: noise."""
    del scene
    return []


def functional(
    scene: Scene,
    *,
    events_per_min: float = 5.0,
    length_s: tuple[float, float] = (1.0, 15.0),
    blinks_per_min: float = 20.0,
) -> list[Volley]:
    """Plan a functional spasm: recruited as at will, long, the muscles in any order over hundreds of milliseconds."""
    rng = scene.rng
    planned = blinks(scene, per_min=blinks_per_min)
    for at, length in scene.stretches(events_per_min, length_s):
        group = next(scene.groups)
        for place in scene.where():
            lower = scene.channels[place].muscle not in ("orbicularis_oculi", "frontalis", "corrugator")
            joins = (0.9 if lower else 0.35) if scene.channels[place].side is scene.side else 0.25
            if rng.random() < joins:
                own = max(length * float(rng.uniform(0.5, 1.1)), 0.5)
                fired = contraction(scene, place, own, float(rng.uniform(0.2, 0.8)))
                planned += scene.volley(place, fired.moved(at + float(rng.uniform(0, 0.5))), "functional", group, 2.0)
    return planned


def tic(
    scene: Scene,
    *,
    runs_per_min: float = 8.0,
    length_s: tuple[float, float] = (0.08, 0.4),
    blinks_per_min: float = 15.0,
) -> list[Volley]:
    """Plan tics: short, as at will, the same few muscles each time, alone or a few in a run."""
    rng = scene.rng
    planned = blinks(scene, per_min=blinks_per_min)
    repertoire = [
        (("orbicularis_oculi", "corrugator"), ()),
        (("zygomaticus", "nasalis", "orbicularis_oris"), (scene.side,)),
    ]
    for at in scene.times(runs_per_min, 2.5):
        muscles, sides = repertoire[int(rng.integers(len(repertoire)))]
        begin = at
        for _ in range(int(rng.integers(1, 5))):
            group, length = next(scene.groups), float(rng.uniform(*length_s))
            for place in scene.where(muscles):
                if sides and scene.channels[place].side not in sides:
                    continue
                fired = contraction(scene, place, length, 0.25 * length, hz=(12.0, 40.0))
                late = float(rng.uniform(0.0, 0.03))
                planned += scene.volley(place, fired.moved(begin + late), "tic", group, 2.0)
            begin += length + float(rng.uniform(0.1, 0.6))
    return planned


def synkinesis(
    scene: Scene,
    *,
    acts_per_min: float = 12.0,
    blinks_per_min: float = 20.0,
    lag_s: tuple[float, float] = (0.01, 0.04),
    lag_spread_s: float = 0.003,
    taking_part: float = 0.97,
) -> list[Volley]:
    """Plan acts and blinks that drag along the other half of the affected side, 10 to 40 ms later, never fast."""
    rng = scene.rng
    upper, lower = (
        ("orbicularis_oculi", "corrugator", "frontalis"),
        ("zygomaticus", "orbicularis_oris", "mentalis", "platysma"),
    )
    lag = {place: float(rng.uniform(*lag_s)) for place in scene.where(side=scene.side)}
    planned: list[Volley] = []
    # Somebody who is asked for acts does those and few others.
    acts = list(scene.tasks) or [
        (at, ("close eyes", "smile", "pucker")[int(rng.integers(3))]) for at in scene.times(acts_per_min, 1.5)
    ]
    moments = acts + [(at, "blink") for at in scene.times(blinks_per_min, 0.8)]
    for at, what in moments:
        own = blink(scene, at) if what == "blink" else asked(scene, at, what)
        planned += own
        leaders = [one for one in own if scene.channels[one.channel].side is scene.side]
        if not leaders or rng.random() >= taking_part:
            continue
        first = min(leaders, key=lambda one: float(one.train.times_s[0]))
        begin, end = float(first.train.times_s[0]), float(first.train.times_s[-1])
        dragged = lower if scene.channels[first.channel].muscle in upper else upper[:1]
        for place in scene.where(dragged, scene.side):
            fired = contraction(scene, place, max(end - begin, 0.05), 0.1 * (end - begin), share=0.6)
            late = max(lag[place] + float(rng.normal(0, lag_spread_s)), 0.002)
            moved = fired.moved(begin + late - float(fired.times_s[0]))
            planned += scene.volley(place, moved, "synkinesis", first.group, -1.0)
    return planned
