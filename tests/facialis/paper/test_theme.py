"""The colours can be read, and the two sides can be told apart by everybody."""

import numpy as np
import pytest

from facialis.paper.theme import DARK, LIGHT, contrast, luminance

# Linear-RGB matrices for full dichromacy (Machado, Oliveira and Fernandes 2009, table for severity 1.0).
DICHROMATS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
WORDS = ("ink", "quiet", "left", "right", "both", "good", "limited", "refused")


def seen(colour, matrix):
    """Return a colour as linear red, green, blue after a dichromat's loss."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(matrix) @ linear, 0, 1)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert luminance("#ffffff") == pytest.approx(1)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", WORDS)
def test_every_word_reads_on_both_grounds(scheme, word):
    assert contrast(scheme[word], scheme["sheet"]) >= 4.5
    assert contrast(scheme[word], scheme["ground"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", DICHROMATS)
def test_left_and_right_stay_apart_without_one_kind_of_cone(scheme, kind):
    left, right = (seen(scheme[side], DICHROMATS[kind]) for side in ("left", "right"))
    assert np.linalg.norm(left - right) > 0.25


def test_a_red_and_a_green_would_not():
    red, green = (seen(colour, DICHROMATS["deuteranopia"]) for colour in ("#d04a4a", "#808a40"))
    assert np.linalg.norm(red - green) < 0.05


def test_both_schemes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
