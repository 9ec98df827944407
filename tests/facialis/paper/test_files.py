"""Files are whole or not there; pictures carry nothing but pixels."""

import base64

import cv2
import numpy as np
import pytest

from facialis.paper.files import write_whole
from facialis.paper.pictures import WIDEST_PX, jpeg


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    path = tmp_path / "a" / "b" / "report.html"
    assert write_whole(path, b"whole") == path
    assert path.read_bytes() == b"whole"
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_an_old_file_stays_until_the_new_one_is_complete(tmp_path):
    path = write_whole(tmp_path / "report.html", b"old")

    with pytest.raises(TypeError):
        write_whole(path, "no bytes")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_in_the_way_is_an_error_and_leaves_nothing(tmp_path):
    (tmp_path / "report.html").mkdir()
    (tmp_path / "report.html" / "kept").write_bytes(b"")
    with pytest.raises(OSError, match=r"report\.html"):
        write_whole(tmp_path / "report.html", b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_picture_is_shrunk_and_keeps_its_colours():
    picture = np.zeros((300, 600, 3), dtype=np.uint8)
    picture[..., 0] = 200
    head, body = jpeg(picture).split(",")
    assert head == "data:image/jpeg;base64"
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(body), np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (WIDEST_PX // 2, WIDEST_PX, 3)
    np.testing.assert_allclose(shown[50, 50, ::-1].astype(int), [200, 0, 0], atol=4)


def test_a_small_picture_is_not_blown_up(hopper):
    body = base64.b64decode(jpeg(hopper[:50, :60]).split(",")[1])
    assert cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR).shape == (50, 60, 3)
    # JFIF alone: no Exif with camera, place or time.
    assert b"Exif" not in body


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 5), (5, 5, 4)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match="a picture is"):
        jpeg(np.zeros(shape, dtype=np.uint8))
    with pytest.raises(ValueError, match="float64"):
        jpeg(np.zeros((5, 5, 3)))


def test_a_long_file_is_written_piece_by_piece_and_is_whole_or_not_there(tmp_path):
    def broken():
        yield b"half"
        raise KeyError("the other half")

    path = write_whole(tmp_path / "long.json", (piece for piece in (b"one ", b"two")))
    with pytest.raises(KeyError):
        write_whole(path, broken())

    assert path.read_bytes() == b"one two"
    assert [file.name for file in tmp_path.iterdir()] == ["long.json"]
