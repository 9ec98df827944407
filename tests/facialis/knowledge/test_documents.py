"""The documents say what the knowledge and the code say."""

import re

from facialis import knowledge


def words(text):
    return re.sub(r"\s+", " ", text)


def test_the_glossary_page_explains_every_term_as_the_reports_do(root):
    page = words((root / "docs" / "glossary.md").read_text(encoding="utf-8"))
    explained = re.findall(r'<a id="(\w+)"></a>\*\*(.+?)\*\*: ', page)
    assert sorted(explained) == sorted((term.key, term.term) for term in knowledge.glossary().values())
    for term in knowledge.glossary().values():
        assert f"**{term.term}**: {term.text}" in page


def test_every_region_of_the_face_is_in_the_glossary():
    from facialis.face.signals import REGIONS

    assert set(REGIONS) <= set(knowledge.glossary())


def test_the_thresholds_named_in_the_intended_use_are_those_that_decide(root):
    page = words((root / "docs" / "intended_use.md").read_text(encoding="utf-8"))
    assert f"only after {knowledge.threshold('absent_rest_s'):.0f} s of usable rest and five opportunities" in page
    assert knowledge.threshold("absent_opportunities_min") == 5
    assert "from two events on" in page
    assert knowledge.threshold("present_events_min") == 2
    assert "a plateau of at least one second; the sign *sustained tonic spasm* asks for three" in page
    assert (knowledge.threshold("tonic_plateau_s"), knowledge.threshold("tonic_sustained_s")) == (1, 3)


def test_the_rooms_that_the_architecture_names_exist(root):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8").split("The diagnosis takes findings")[0]
    for name, part in re.findall(r"^\| room of `(\w+)/` \|(.*?)\n\n", page, re.MULTILINE | re.DOTALL):
        rooms = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", part, re.MULTILINE)
        named = {room for row in rooms for room in re.findall(r"`(\w+)`", row)}
        assert {"recording", "quality", "page", "simulate"} <= named
        home = root / "src" / "facialis" / name
        assert not {room for room in named if not (home / room).is_dir() and not (home / f"{room}.py").is_file()}
    assert re.findall(r"^\| room of `(\w+)/`", page, re.MULTILINE) == ["face", "emg"]


def test_the_rooms_of_history_and_diagnosis_that_the_architecture_names_exist(root):
    page = (root / "docs" / "architecture.md").read_text(encoding="utf-8").split("The diagnosis takes findings")[1]
    rows = re.findall(r"^\| (`(?:history|diagnosis)[^|]*) \|", page, re.MULTILINE)
    assert len(rows) > 5
    source = root / "src" / "facialis"
    for row in rows:
        home = None
        for name in re.findall(r"`([\w/]+)`", row):
            home = name.split("/")[0] if "/" in name or home is None else home
            room = source / (name if name.startswith(home) else f"{home}/{name}")
            assert room.is_dir() or room.with_suffix(".py").is_file(), name
