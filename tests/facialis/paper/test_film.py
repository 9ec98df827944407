"""Films inside a page: every browser plays them, and they tell nothing about where they were made."""

from base64 import b64decode
from io import BytesIO

import av
import numpy as np
import pytest

from facialis.paper.film import address, few, mp4


@pytest.fixture
def pictures():
    y, x = np.mgrid[:48, :64]
    return [np.stack([2 * x + 4 * k, 3 * y, 0 * x + 90], axis=-1).clip(0, 255).astype(np.uint8) for k in range(8)]


def test_a_film_plays_the_pictures_at_their_times(pictures):
    times = np.array([0, 0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8])
    with av.open(BytesIO(mp4(pictures, times))) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert not film.streams.audio
        shown = list(film.decode(stream))
    assert [float(frame.pts * frame.time_base) for frame in shown] == pytest.approx(times, abs=0.002)
    for frame, picture in zip(shown, pictures, strict=True):
        assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - picture).mean() < 6


def test_what_comes_too_fast_is_left_out():
    assert few(np.arange(8) / 10) == list(range(8))
    kept = few(np.arange(60) / 60)
    assert kept == list(range(0, 60, 4))
    assert few(np.array([])) == []


def test_a_film_needs_pictures_of_even_size(pictures):
    for wrong in ([], [picture[:47] for picture in pictures]):
        with pytest.raises(ValueError, match="even width and height"):
            mp4(wrong, np.arange(len(wrong)) / 10)


def test_an_address_holds_the_whole_film():
    assert b64decode(address(b"film").removeprefix("data:video/mp4;base64,")) == b"film"
