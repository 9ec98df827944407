"""The judge of one-sided events: trees whose every answer can be taken apart."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from facialis.face.events import chance

STUMP = {
    "measures": ["rise", "echo"],
    "bias": -1.0,
    "slope": 2.0,
    "offset": 0.5,
    "trees": [
        {"feature": [0, -1, -1], "bound": [0.2, 0, 0], "child": [[1, 2], [0, 0], [0, 0]], "value": [0.1, 0.7, -0.5]},
        {
            "feature": [1, 0, -1, -1, -1],
            "bound": [0.5, 0.1, 0, 0, 0],
            "child": [[1, 2], [3, 4], [0, 0], [0, 0], [0, 0]],
            "value": [0.0, 0.2, -0.4, 0.3, 0.1],
        },
    ],
}


@pytest.mark.parametrize(
    ("row", "answer"),
    [([0.1, 0.1], 0.7 + 0.3), ([0.2, 0.6], 0.7 - 0.4), ([0.3, 0.5], -0.5 + 0.1), ([0.21, 0.9], -0.5 - 0.4)],
)
def test_a_value_up_to_the_bound_goes_left(row: list[float], answer: float) -> None:
    trees = chance.read(json.dumps(STUMP))
    odds = trees.start() + trees.parts(np.array([row])).sum()
    assert odds == pytest.approx(2.0 * (-1.0 + answer) + 0.5)


def test_each_measure_is_given_what_its_questions_changed() -> None:
    trees = chance.read(json.dumps(STUMP))
    (parts,) = trees.parts(np.array([[0.05, 0.1]]))
    # First tree: rise 0.1 -> 0.7. Second: echo 0 -> 0.2, then rise 0.2 -> 0.3. All doubled by the slope.
    assert parts == pytest.approx([2 * (0.6 + 0.1), 2 * 0.2])


def test_rows_are_judged_alike_alone_and_together() -> None:
    trees = chance.forest()
    rows = np.random.default_rng(0).normal(0, 1, (3000, len(trees.names)))
    together = trees.parts(rows)
    assert together[[0, 1500, 2999]] == pytest.approx(
        np.concatenate([trees.parts(rows[i : i + 1]) for i in (0, 1500, 2999)])
    )


def test_the_fitted_trees_ask_for_measures_that_there_are_and_stay_small() -> None:
    assert set(chance.forest().names) == set(chance.WORDS)
    assert len(files("facialis.face.events").joinpath(chance.TABLE).read_bytes()) < 1_000_000


@pytest.mark.parametrize(("name", "way"), [("one_sided", 1), ("common", -1), ("restless", -1), ("along_pull", 1)])
def test_measures_push_one_way_only(name: str, way: int) -> None:
    trees = chance.forest()
    rng = np.random.default_rng(1)
    base = rng.uniform(-1, 1.5, (40, len(trees.names)))
    column = trees.names.index(name)
    steps = np.linspace(-1, 1.5, 25)
    for row in base:
        sweep = np.repeat(row[None], len(steps), axis=0)
        sweep[:, column] = steps
        odds = trees.parts(sweep).sum(axis=1)
        assert (way * np.diff(odds) >= -1e-4).all()
