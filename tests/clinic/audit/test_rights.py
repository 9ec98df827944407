"""The role that serves can add to the log and read it, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from facialis_clinic import database
from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event

SUBJECT = uuid.UUID(int=5)
pytestmark = pytest.mark.django_db(transaction=True)
PENDING = (
    "INSERT INTO audit_pending (subject, role, verb, kind, note) VALUES (%s, 'nurse', 'read', 'recording', 'A reason.')"
)


@pytest.fixture
def app() -> Iterator[psycopg.Connection]:
    """Return a connection of the role that serves, to the tests' own database."""
    url = database.start(Path(settings.HOME)).url("app")
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"], autocommit=True) as mine:
        assert mine.execute("SELECT current_user").fetchone() == ("facialis_app",)
        yield mine


def test_what_it_records_is_chained(app: psycopg.Connection) -> None:
    for _ in range(2):
        app.execute(PENDING, [SUBJECT])

    assert list(Event.objects.order_by("seq").values_list("seq", "role")) == [(1, "nurse"), (2, "nurse")]
    assert actions.verify().whole
    told = app.execute("SELECT text FROM audit_note JOIN audit_event ON audit_note.hash = note_hash").fetchall()
    assert told == [("A reason.",)] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET verb = 'wrote'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event (role, verb, kind, seq, previous, hash) VALUES ('nurse', 'read', 'x', 1, '', '')",
        "UPDATE audit_head SET seq = 0",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "INSERT INTO audit_head VALUES (gen_random_uuid(), 0, '')",
        "UPDATE audit_note SET text = ''",
        "DELETE FROM audit_note",
        "TRUNCATE audit_note",
        "INSERT INTO audit_note VALUES ('x', NULL, 'y', 'z')",
        "UPDATE audit_pending SET verb = 'wrote'",
        "DELETE FROM audit_pending",
        "TRUNCATE audit_pending",
        "SELECT * FROM audit_pending",
        "UPDATE audit_verification SET broken = 0",
        "DELETE FROM audit_verification",
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_refuse",
        "ALTER TABLE audit_pending DISABLE TRIGGER ALL",
        "DROP TABLE audit_event",
        "DROP TRIGGER audit_pending_append ON audit_pending",
        "CREATE OR REPLACE FUNCTION audit_place() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER mine BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_place()",
        "CREATE RULE mine AS ON INSERT TO audit_pending DO INSTEAD NOTHING",
        "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "SET session_replication_role = replica",
        "SET ROLE facialis_owner",
        "COPY audit_event FROM PROGRAM 'true'",
    ],
)
def test_nothing_else_is_allowed(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


@pytest.mark.django_db
def test_it_cannot_give_itself_a_right(app: psycopg.Connection) -> None:
    app.execute("GRANT UPDATE ON audit_event TO facialis_app")  # the server warns, and does nothing

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE audit_event SET verb = 'wrote'")


def test_tables_and_functions_of_its_own_do_not_get_in_the_way(app: psycopg.Connection) -> None:
    app.execute("CREATE TEMP TABLE audit_head (chain uuid PRIMARY KEY, seq bigint, hash bytea)")
    app.execute("CREATE TEMP TABLE audit_event (id int)")
    app.execute("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'")
    app.execute("SET search_path = pg_temp, public")

    app.execute(
        "INSERT INTO public.audit_pending (subject, role, verb, kind) VALUES (%s, 'nurse', 'read', 'x')", [SUBJECT]
    )

    assert Event.objects.filter(subject=SUBJECT).count() == 1
    assert actions.verify().whole


def test_the_checks_of_the_commit_cannot_be_put_off_past_it(app: psycopg.Connection) -> None:
    with app.transaction():
        app.execute("SET CONSTRAINTS ALL DEFERRED")
        app.execute(PENDING, [SUBJECT])

    assert Event.objects.count() == 1
