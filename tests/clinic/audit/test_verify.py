"""Whatever is done to the stored rows behind the log's back, the verifier finds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis_clinic.audit import actions, checkpoints
from facialis_clinic.audit.models import PRACTICE, Event, Head, Note
from tests.clinic.audit.conftest import PEOPLE, below, seals

ALICE, OTHER = PEOPLE
ROWS = 16
pytestmark = pytest.mark.usefixtures("log")
examples = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# A value for each column that differs from all that stands there.
OTHERS = {
    "subject": "'00000000-0000-0000-0000-0000000000ff'",
    "seq": "seq + 1000",
    "at": "at + interval '1 microsecond'",
    "actor": "'00000000-0000-0000-0000-0000000000ff'",
    "role": "'nurse'",
    "verb": "'wrote'",
    "kind": "'person'",
    "thing": "NULL",
    "note_hash": "sha256('another')",
    "previous": "set_bit(previous, 77, 1 - get_bit(previous, 77))",
    "hash": "set_bit(hash, 3, 1 - get_bit(hash, 3))",
}


def row(place: int) -> Event:
    """Return one of the rows, in the order in which they came."""
    return Event.objects.order_by("pk")[place]


def found() -> list[tuple[str, int, str]]:
    """Return the breaks, and put the rows back."""
    report = actions.verify()
    return [(one.subject, one.seq, one.what) for one in report.broken]


def named(event: Event) -> str:
    return str(event.subject) if event.subject else "-"


def test_a_whole_log_is_said_to_be_whole_with_its_rows_and_chains() -> None:
    report = actions.verify()

    assert (report.rows, report.chains, report.broken) == (ROWS, 3, [])


@examples
@given(place=st.integers(0, ROWS - 1), column=st.sampled_from(sorted(OTHERS)))
def test_any_single_change_of_a_row_is_found(place: int, column: str) -> None:
    with transaction.atomic():
        event = row(place)
        with below() as write:
            write(f"UPDATE audit_event SET {column} = {OTHERS[column]} WHERE id = %s", event.pk)

        breaks = found()

        if column in ("subject", "seq"):
            assert breaks
        else:
            assert breaks[0][:2] == (named(event), event.seq)
            assert breaks[0][2] == ("reordered" if column == "previous" else "changed")
        transaction.set_rollback(True)


@examples
@given(place=st.integers(0, ROWS - 1), bit=st.integers(0, 127), column=st.sampled_from(["thing", "hash", "previous"]))
def test_any_flipped_bit_is_found(place: int, bit: int, column: str) -> None:
    with transaction.atomic():
        event = row(place)
        if column == "thing":
            event.thing = UUID(int=(event.thing or UUID(int=0)).int ^ (1 << bit))
        else:
            turned = bytearray(getattr(event, column))
            turned[bit // 8] ^= 1 << (bit % 8)
            setattr(event, column, bytes(turned))
        with below() as write:
            write(f"UPDATE audit_event SET {column} = %s WHERE id = %s", getattr(event, column), event.pk)

        assert found()[0][:2] == (named(event), event.seq)
        transaction.set_rollback(True)


@examples
@given(places=st.sets(st.integers(0, ROWS - 1), min_size=1, max_size=6))
def test_any_rows_that_are_taken_out_are_found(places: set[int]) -> None:
    with transaction.atomic():
        gone = [row(place) for place in places]
        with below() as write:
            write("DELETE FROM audit_event WHERE id = ANY(%s)", [event.pk for event in gone])

        breaks = {(chain, seq) for chain, seq, what in found() if what in ("missing", "cut off")}

        # The first of each run of missing rows is the place.
        there = {(named(event), event.seq) for event in gone}
        assert breaks == {(chain, seq) for chain, seq in there if (chain, seq - 1) not in there}
        transaction.set_rollback(True)


@examples
@given(pair=st.sets(st.integers(0, ROWS - 1), min_size=2, max_size=2), keep_links=st.booleans())
def test_any_two_rows_that_change_places_are_found(pair: set[int], keep_links: bool) -> None:
    with transaction.atomic():
        one, two = (row(place) for place in sorted(pair))
        with below() as write:
            columns = "subject, seq, previous" if keep_links else "subject, seq"
            write("UPDATE audit_event SET subject = %s, seq = -1 WHERE id = %s", one.subject, one.pk)
            for event, other in ((two, one), (one, two)):
                values = [other.subject, other.seq, other.previous][: 3 if keep_links else 2]
                write(
                    f"UPDATE audit_event SET ({columns}) = ({', '.join(['%s'] * len(values))}) WHERE id = %s",
                    *values,
                    event.pk,
                )

        assert found()
        transaction.set_rollback(True)


@examples
@given(place=st.integers(0, ROWS - 1), number=st.integers(-1, 8), fits=st.booleans())
def test_any_row_that_is_put_in_is_found(place: int, number: int, fits: bool) -> None:
    with transaction.atomic():
        event = row(place)
        with below() as write:
            write("ALTER TABLE audit_event DROP CONSTRAINT audit_event_one_place")
            write(
                "INSERT INTO audit_event (subject, seq, at, role, verb, kind, previous, hash)"
                " SELECT subject, %s, at, role, 'wrote', kind, previous, hash FROM audit_event WHERE id = %s",
                number,
                event.pk,
            )
            if fits:
                write(
                    "UPDATE audit_event this SET hash = audit_hash(this) WHERE id = (SELECT max(id) FROM audit_event)"
                )

        assert found()
        transaction.set_rollback(True)


@examples
@given(place=st.integers(0, ROWS - 1))
def test_a_row_that_is_changed_together_with_its_hash_is_found_at_the_next_one_or_at_the_head(place: int) -> None:
    with transaction.atomic():
        event = row(place)
        last = event.seq == Head.objects.get(chain=event.subject or PRACTICE).seq
        with below() as write:
            write("UPDATE audit_event SET verb = 'wrote' WHERE id = %s", event.pk)
            write("UPDATE audit_event this SET hash = audit_hash(this) WHERE id = %s", event.pk)

        breaks = found()

        assert (named(event), event.seq + (not last), "rewritten") in breaks
        transaction.set_rollback(True)


def rewrite(subject: UUID, write: Callable[..., None]) -> None:
    """Write a chain anew from its first row, head and all: what the owner of the tables can do."""
    previous = bytes(32)
    for event in Event.objects.filter(subject=subject).order_by("seq"):
        write("UPDATE audit_event SET previous = %s WHERE id = %s", previous, event.pk)
        write("UPDATE audit_event this SET hash = audit_hash(this) WHERE id = %s", event.pk)
        previous = bytes(Event.objects.get(pk=event.pk).hash)
    write("UPDATE audit_head SET hash = %s WHERE chain = %s", previous, subject)


def test_a_chain_that_is_written_anew_with_its_head_is_found_by_the_checkpoint() -> None:
    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s AND seq = 1", ALICE)
        rewrite(ALICE, write)

    assert found() == [(str(ALICE), 3, "rewritten")]


def test_a_tail_that_is_cut_off_with_its_head_set_back_is_found_by_the_checkpoint() -> None:
    with below() as write:
        write("DELETE FROM audit_event WHERE subject = %s AND seq > 2", ALICE)
        write(
            "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit_event WHERE subject = chain AND seq = 2)"
            " WHERE chain = %s",
            ALICE,
        )

    # The note of a row that is gone betrays it too.
    assert found() == [(str(ALICE), 3, "cut off"), (str(ALICE), 0, "note added")]


def test_a_chain_that_is_gone_with_its_head_is_found_by_the_checkpoint() -> None:
    with below() as write:
        write("DELETE FROM audit_note WHERE subject = %s", ALICE)
        write("DELETE FROM audit_event WHERE subject = %s", ALICE)
        write("DELETE FROM audit_head WHERE chain = %s", ALICE)

    assert found() == [(str(ALICE), 1, "cut off")]


def test_what_was_cut_off_since_the_last_checkpoint_with_its_head_set_back_is_not_found() -> None:
    """The limit, held here so that the documents stay true: checkpoints are the only witness outside the database."""
    with below() as write:
        write("DELETE FROM audit_note WHERE hash IN (SELECT note_hash FROM audit_event WHERE seq > 3)")
        write("DELETE FROM audit_event WHERE subject = %s AND seq > 3", ALICE)
        write(
            "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_event WHERE subject = chain AND seq = 3)"
            " WHERE chain = %s",
            ALICE,
        )

    assert [one for one in found() if one[0] == str(ALICE)] == []


def test_a_head_without_rows_and_rows_past_a_head_are_found() -> None:
    with below() as write:
        write("INSERT INTO audit_head VALUES (%s, 4, sha256('x'))", UUID(int=77))
        write(
            "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_event WHERE subject = chain AND seq = 4)"
            " WHERE chain = %s",
            ALICE,
        )

    assert set(found()) == {(str(UUID(int=77)), 1, "cut off"), (str(ALICE), 5, "inserted")}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_note SET text = 'Another.' WHERE subject = %s AND text LIKE '%%1.'", "note changed"),
        ("UPDATE audit_note SET salt = 'x' WHERE subject = %s AND text LIKE '%%1.'", "note changed"),
        ("DELETE FROM audit_note WHERE subject = %s AND text LIKE '%%1.'", "note missing"),
        ("INSERT INTO audit_note VALUES ('x', %s, 'y', 'z')", "note added"),
    ],
)
def test_a_note_that_is_changed_taken_out_or_put_in_is_found(statement: str, what: str) -> None:
    with below() as write:
        write(statement, ALICE)

    assert [one[2] for one in found()] == [what]


def test_a_note_that_is_given_to_another_person_is_found() -> None:
    with below() as write:
        write("UPDATE audit_note SET subject = %s WHERE subject = %s", OTHER, ALICE)

    assert {one[2] for one in found()} == {"note added"}


def test_forgetting_removes_the_notes_of_one_person_and_leaves_the_chain_whole() -> None:
    actions.forget(subject=ALICE, actor=None)

    assert not Note.objects.filter(subject=ALICE).exists()
    assert Note.objects.filter(subject=OTHER).exists()
    assert Event.objects.filter(subject=ALICE).order_by("seq").last().verb == "forgot"  # type: ignore[union-attr]
    assert actions.verify().whole


def test_a_note_written_after_somebody_was_forgotten_must_be_there() -> None:
    actions.forget(subject=ALICE, actor=None)
    actions.record(subject=ALICE, actor=None, verb="read", kind="person", note="Later.")
    with below() as write:
        write("DELETE FROM audit_note WHERE subject = %s", ALICE)

    assert [one[2] for one in found()] == ["note missing"]


def test_one_chain_can_be_looked_through_alone() -> None:
    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s AND seq = 2", OTHER)

    assert actions.verify(subject=ALICE).whole
    assert actions.verify(subject=PRACTICE).whole
    assert not actions.verify(subject=OTHER).whole
    assert (actions.verify(subject=ALICE).rows, actions.verify(subject=ALICE).chains) == (5, 1)


def test_of_very_many_breaks_the_first_are_told_and_the_rest_counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (subject, role, verb, kind, seq, previous, hash)"
            " SELECT %s, 'nurse', 'read', 'x', 0, '', '' FROM generate_series(1, 300)",
            [UUID(int=9)],
        )
    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s", UUID(int=9))

    report = actions.verify()

    assert (len(report.broken), report.breaks) == (100, 300)


def test_a_checkpoint_names_only_the_chains_that_moved(home: Path, now: datetime) -> None:
    actions.checkpoint(now=now)
    actions.record(subject=ALICE, actor=None, verb="read", kind="person")
    actions.checkpoint(now=now + timedelta(days=1))

    assert [sorted(json.loads(line)["heads"]) for line in seals(home)] == [
        ["-", str(ALICE), str(OTHER)],
        ["-", str(ALICE), str(OTHER)],
        ["-", str(ALICE)],
    ]
    assert actions.verify().whole


@pytest.mark.parametrize("change", ["seq", "line", "all", "secret"])
def test_a_checkpoint_that_is_changed_or_taken_out_is_found(home: Path, now: datetime, change: str) -> None:
    actions.checkpoint(now=now)
    lines = seals(home)
    if change == "seq":
        lines[0] = lines[0].replace(f'"{ALICE}": [3', f'"{ALICE}": [2')
    elif change == "line":
        lines.pop()
    elif change == "all":
        lines = []
    else:
        (home / "secrets" / "audit").write_text("another\n", encoding="ascii")
    checkpoints.place(home).write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    assert found()[0][2] == "checkpoints"


def test_a_line_that_was_written_while_the_row_failed_does_no_harm(home: Path, now: datetime) -> None:
    with transaction.atomic():
        actions.checkpoint(now=now)
        transaction.set_rollback(True)

    assert len(seals(home)) == 2
    assert actions.verify().whole


def test_the_secret_and_the_file_are_read_by_nobody_else(home: Path) -> None:
    assert (home / "secrets" / "audit").stat().st_mode & 0o077 == 0
    assert (home / "audit").stat().st_mode & 0o077 == 0
