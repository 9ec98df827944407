"""Which recordings a folder holds, and what a manifest says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from facialis.cohort import CohortError
from facialis.cohort.clips import Options, find

Cohort = Callable[..., Path]


def test_folders_are_walked_in_the_order_of_their_names(cohort: Cohort) -> None:
    folder = cohort("b.mp4", "a/2.MOV", "a/1.webm", "c/d/e.avi")
    assert [clip.file for clip in find(folder).clips] == ["a/1.webm", "a/2.MOV", "b.mp4", "c/d/e.avi"]
    assert all(clip.path.is_absolute() for clip in find(folder).clips)


def test_what_is_no_video_is_counted_and_what_is_hidden_is_not(cohort: Cohort) -> None:
    found = find(cohort("a.mp4", "notes.txt", "b/list.csv", "._a.mp4", ".cache/x.mp4"))
    assert [clip.file for clip in found.clips] == ["a.mp4"]
    assert found.others == 2


def test_links_are_followed_only_within_the_folder(cohort: Cohort, tmp_path: Path) -> None:
    folder = cohort("a.mp4")
    (tmp_path / "elsewhere.mp4").write_text("secret")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "b.mp4").write_text("secret")
    (folder / "inside.mp4").symlink_to(folder / "a.mp4")
    (folder / "outside.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    (folder / "up").symlink_to(tmp_path / "others")
    (folder / "round").symlink_to(folder)
    found = find(folder)
    assert [clip.file for clip in found.clips] == ["a.mp4", "inside.mp4"]
    assert found.others == 1


def test_a_name_that_is_no_utf8_can_be_written_in_a_table(cohort: Cohort) -> None:
    folder = cohort("a.mp4")
    (folder / "b\udcff.mp4").write_text("b")
    clip = find(folder).clips[1]
    assert clip.file.encode().startswith(b"b\\udcff")
    assert clip.path.is_file()


def test_a_manifest_speaks_for_single_clips(cohort: Cohort, tmp_path: Path) -> None:
    folder = cohort("a.mp4", "sub/b.mp4", "c.mp4")
    manifest = tmp_path / "m.csv"
    manifest.write_bytes('\ufefffile, mirrored,subject,visit\nsub/b.mp4,yes,S1,2\na.mp4,,"S2, left",\n'.encode())
    a, c, b = find(folder, Options("no"), manifest).clips
    assert (a.options.mirrored, a.subject, a.visit) == ("no", "S2, left", "")
    assert (b.options.mirrored, b.subject, b.visit) == ("yes", "S1", "2")
    assert (c.options.mirrored, c.subject) == ("no", "")


def test_a_manifest_names_protocols_beside_itself_or_those_that_come_with_facialis(
    cohort: Cohort, tmp_path: Path
) -> None:
    folder = cohort("a.mp4", "b.mp4")
    (tmp_path / "mine.toml").write_text('[[task]]\nname = "sit still"\nkind = "rest"\nstart_s = 0\nend_s = 2\n')
    manifest = tmp_path / "m.csv"
    manifest.write_text("file,protocol\na.mp4,home\nb.mp4,mine.toml\n")
    a, b = (clip.options.protocol for clip in find(folder, manifest=manifest).clips)
    assert a is not None
    assert b is not None
    assert len(a.tasks) > 1
    assert [task.name for task in b.tasks] == ["sit still"]


def test_a_manifest_says_where_the_protocol_begins_and_when_toxin_was_given(cohort: Cohort, tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text("file,protocol,protocol_offset_s,days_since_toxin\na.mp4,home,3.5,40\nb.mp4,home,,\n")
    a, b = (clip.options for clip in find(cohort("a.mp4", "b.mp4"), manifest=manifest).clips)
    assert a.protocol is not None
    assert b.protocol is not None
    assert a.protocol.tasks[0].start_s == b.protocol.tasks[0].start_s + 3.5
    assert (a.protocol.days_since_toxin, b.protocol.days_since_toxin) == (40, None)
    manifest.write_text("file,days_since_toxin\na.mp4,30\nb.mp4,\n")
    a, b = (clip.options for clip in find(cohort("a.mp4", "b.mp4"), manifest=manifest).clips)
    assert a.protocol is not None
    assert (a.protocol.tasks, a.protocol.days_since_toxin, b.protocol) == ((), 30, None)
    assert a.mark != b.mark


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column file"),
        ("name\na.mp4\n", "no column file"),
        ("file;mirrored\na.mp4;yes\n", "no column file"),
        ("file,miror\na.mp4,yes\n", "'miror' is not known"),
        ("file,file\na.mp4,a.mp4\n", "there twice"),
        ("file\nz.mp4\n", "line 2: no video 'z.mp4'"),
        ("file\na.mp4\n\na.mp4\n", "line 4: a.mp4 is there twice"),
        ("file,mirrored\na.mp4,perhaps\n", "line 2: mirrored is 'perhaps'"),
        ("file,protocol_offset_s\na.mp4,2\n", "line 2: protocol_offset_s goes with a protocol"),
        ("file,protocol,days_since_toxin\na.mp4,home,soon\n", "line 2: days_since_toxin is 'soon'"),
        ("file,protocol,days_since_toxin\na.mp4,home,-1\n", "line 2: days_since_toxin is '-1'"),
        ("file,visit\na.mp4,1,2\n", "line 2: more cells than columns"),
        ("file\n\xff\n", "not UTF-8"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_line(cohort: Cohort, tmp_path: Path, text: str, says: str) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text(text, encoding="latin-1")
    with pytest.raises(CohortError, match=says) as refused:
        find(cohort("a.mp4"), manifest=manifest)
    assert str(refused.value).startswith(str(manifest))


def test_a_folder_must_be_one(cohort: Cohort, tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="no such folder"):
        find(tmp_path / "nowhere")
    with pytest.raises(CohortError, match="not a folder"):
        find(cohort("a.mp4") / "a.mp4")


def test_options_have_a_mark_only_where_they_are_not_the_usual_ones() -> None:
    assert Options().mark == ""
    assert len({Options("yes").mark, Options("no").mark, ""}) == 3
    assert Options("yes").mark == Options("yes").mark
