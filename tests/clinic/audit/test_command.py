"""``facialis audit`` at a terminal, as the role that serves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from facialis.commands import main
from facialis_clinic import database
from facialis_clinic import home as homes
from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event, Verification
from tests.clinic import places
from tests.clinic.audit.conftest import below, seals
from tests.clinic.conftest import World, make_world

ROOT = Path(__file__).resolve().parents[3]
Call = Callable[..., "subprocess.CompletedProcess[str]"]


def facialis(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the command line in a process of its own."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "DJANGO_", "FACIALIS_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "facialis", "audit", *map(str, words)],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def world(transactional_db: None) -> World:
    """Return the practice of the tests, where other processes see it."""
    return make_world()


@pytest.fixture
def audit(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a call of ``facialis audit`` as the role that serves, on the tests' database."""
    here = database.start(Path(os.environ["FACIALIS_HOME"]))
    name = connection.settings_dict["NAME"]
    monkeypatch.setattr(settings, "HOME", tmp_path / "home")
    homes.prepare(tmp_path / "home")
    with psycopg.connect(here.url("owner"), dbname=name) as owner:
        # The default rights of the site's database do not hold in the one that the tests make.
        owner.execute("GRANT SELECT ON accounts_user TO facialis_app")
    actions.record(subject=world.record.pk, actor=world.eve, verb="read", kind="recording")
    actions.record(subject=world.record.pk, actor=world.frank, verb="broke_glass", kind="person", note="A\nfall.")

    def call(*words: object) -> subprocess.CompletedProcess[str]:
        return facialis(
            *words, "--home", tmp_path / "home", DATABASE_URL=here.url("app").replace("/facialis?", f"/{name}?")
        )

    return call


def test_a_whole_log_is_said_to_be_whole_and_the_look_is_kept(audit: Call) -> None:
    told = audit("verify")

    assert (told.returncode, told.stderr) == (0, "")
    assert re.fullmatch(r"whole: 2 rows in 1 chains, looked through in \d+\.\d s\n", told.stdout)
    assert Verification.objects.get().rows == 2
    assert Event.objects.filter(subject=None, verb="verified").exists()


def test_a_broken_log_ends_with_3_and_the_place_in_one_line(audit: Call, world: World, tmp_path: Path) -> None:
    record = world.record.pk
    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s AND seq = 1", record)

    told = audit("verify", "--json", tmp_path / "told.json")

    assert told.returncode == 3
    assert told.stdout == f"broken: the chain of {record}, row 1: it was changed\n"
    found = json.loads((tmp_path / "told.json").read_text())
    assert (found["schema"], found["whole"], found["breaks"]) == ("facialis.audit/1", False, 1)
    assert found["broken"] == [{"subject": str(record), "seq": 1, "what": "changed", "told": "it was changed"}]
    assert json.loads(audit("verify", "--person", record, "--json", "-").stdout)["whole"] is False
    assert audit("verify", "--person", world.other.pk).returncode == 0


def test_a_persons_log_is_shown_in_words_and_that_is_logged(audit: Call, world: World) -> None:
    told = audit("show", "--person", world.record.pk)

    assert told.returncode == 0
    first, second, third = told.stdout.splitlines()
    assert first.endswith("Eve Example, neurologist: opened a video")
    assert second.endswith("Frank Example, neurologist: opened the record in an emergency (A fall.)")
    assert third.endswith("The practice's own system: looked at who opened the record")


def test_an_export_is_verified_by_the_program_of_the_documents(audit: Call, world: World, tmp_path: Path) -> None:
    file, program = tmp_path / "log.tsv", tmp_path / "verify.py"
    text = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    program.write_text(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    assert audit("export", file).returncode == 0
    assert file.stat().st_mode & 0o077 == 0

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, program, file], capture_output=True, text=True, check=False)

    # The export itself is logged in the practice's chain.
    assert check().stdout == "whole: 3 rows, 2 chains\n"
    file.write_text(file.read_text().replace("broke_glass", "read"))
    assert check().stderr == f"broken: {world.record.pk} 2\n"
    assert audit("export", "-", "--person", world.record.pk).stdout.count("\n") == 4


def test_a_checkpoint_is_written_to_the_home(audit: Call) -> None:
    told = audit("checkpoint")

    assert told.returncode == 0
    assert told.stdout.startswith("1 chains: ")
    assert len(seals(settings.HOME)) == 1
    assert audit("verify").returncode == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["verify", "--home", "/nowhere/at/all"], "has no database: give the home of a practice with --home"),
        (["verify", "--person", "somebody"], "should be a valid UUID"),
        (["show"], "Missing option '--person'"),
        (["export", "/nowhere/at/all", "--home", "/nowhere/either"], "has no database"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(
    words: list[str], line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FACIALIS_HOME", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.setenv(name, os.environ[name])

    with pytest.raises(SystemExit) as end:
        main(["audit", *words])

    told = capsys.readouterr().err
    assert end.value.code == 2
    assert line in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("postgresql://nobody@/none?host=/nowhere", "the database does not answer"),
        ("mysql://x", "only PostgreSQL will do"),
    ],
)
def test_a_database_that_is_not_there_is_told_in_one_line(tmp_path: Path, address: str, line: str) -> None:
    told = facialis("verify", "--home", tmp_path, DATABASE_URL=address)

    assert told.returncode == 2
    assert line in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_home_whose_site_does_not_run_is_started_for_the_while() -> None:
    # Not below the folder of pytest: the account that runs the database could not enter it.
    with tempfile.TemporaryDirectory(prefix="facialis-tests-", dir=places.passing()) as folder:
        home = Path(folder)
        homes.prepare(home)
        database.start(home).stop()

        told = facialis("verify", "--home", home)

        assert told.returncode == 2
        assert "start the site once" in told.stderr
        assert database.running(home) is None


def test_a_file_that_cannot_be_written_leaves_nothing(audit: Call, tmp_path: Path) -> None:
    told = audit("export", tmp_path / "missing" / uuid.uuid4().hex)

    assert told.returncode == 2
    assert "nothing was written" in told.stderr
