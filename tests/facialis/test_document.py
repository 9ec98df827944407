"""Files that people hand in: what is no JSON, no TOML, no text or no number is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from facialis.document import Document, DocumentError, finding_of, json_file, toml_file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("NaN", "NaN is no number of JSON"),
        (r'{"because": ["\ud800"]}', "surrogates not allowed"),
        ("1" + "0" * 5000, "is not JSON"),
    ],
)
def test_what_is_no_json_or_could_not_be_written_again_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DocumentError, match=r"a\.json: is not JSON") as error:
        json_file(tmp_path / "a.json")
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["a = ", "a = " + "[" * 3000, "a = 1" + "0" * 5000])
def test_what_is_no_toml_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(DocumentError, match=r"a\.toml: is not TOML"):
        toml_file(tmp_path / "a.toml")


def test_a_byte_order_mark_is_no_fault_and_other_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"age": 52}')
    assert json_file(path) == {"age": 52}
    path.write_bytes(b"\xff\xff")
    with pytest.raises(DocumentError, match="is not text in UTF-8"):
        json_file(path)


@pytest.mark.parametrize("name", ["gone.json", "a\x00b", "."])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError):
        json_file(tmp_path / name)


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "5", None])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(DocumentError, match="age must be a number"):
        Document({"age": value}, "case").number("age")


def test_a_key_that_is_like_no_other_is_told_those_that_are_allowed() -> None:
    with pytest.raises(DocumentError, match=r"zzz.* is not known; it must be one of age, sex"):
        Document({"zzz": 1}, "case.toml").only(("age", "sex"))
    with pytest.raises(DocumentError, match=r'is not known; did you mean "age"'):
        Document({"aeg": 1}, "case.toml").only(("age", "sex"))
    # A line that names dozens is no line.
    with pytest.raises(DocumentError, match=r'"zzz" is not known$'):
        Document({"zzz": 1}, "case.toml").only([f"key_{i}" for i in range(60)])


def test_what_must_be_an_object_is_called_as_its_format_calls_it() -> None:
    with pytest.raises(DocumentError, match=r"case\.toml: intervals must be a table, as \[intervals\]"):
        Document({"intervals": 3}, "case.toml").inner("intervals")
    with pytest.raises(DocumentError, match=r"case\.json: intervals must be an object in braces"):
        Document({"intervals": 3}, "case.json").inner("intervals")


@pytest.mark.parametrize(
    ("file", "code", "says"),
    [
        ("case.toml", "myasthenia_gravis", r"is .* a circumstance and no finding: write it under \[circumstances\]"),
        ("case.json", "myasthenia_gravis", 'is .* a circumstance and no finding: write it under "circumstances"'),
        ("case.toml", "facial_weaknes", 'code is not known: no finding .* did you mean "facial_weakness"'),
        ("case.toml", "zzzzzz", 'code is not known: no finding "zzzzzz"'),
    ],
)
def test_a_code_that_is_no_finding_says_what_it_is_or_what_was_meant(file: str, code: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        finding_of(Document({"code": code, "state": "present"}, file, "findings[0]"))
