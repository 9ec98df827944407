"""What clinicians see of a recording of electrodes, and that nobody else sees any of it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from facialis_clinic.audit.models import Event
from facialis_clinic.electrodes.models import State, Study
from tests.clinic.conftest import NOW, World
from tests.clinic.electrodes import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(world: World, spasms: Path) -> Study:
    """Twelve seconds of hemifacial spasm, read; the file itself is there."""
    made = Study.objects.create(
        person=world.record, kind="free", name="spasms.edf", state="read", sha256="0" * 64, ending="edf", size=1000,
        original=kept.stored("electrodes", BytesIO(spasms.read_bytes())), duration_s=12.0, created_at=NOW,
        channels=[{"name": "x", "muscle": "mentalis", "side": "left", "rate_hz": 2000.0}],
    )  # fmt: skip
    kept.reading_of(made)
    return made


@pytest.fixture
def swept(world: World) -> Study:
    """Sweeps with a lateral spread response, read."""
    made = Study.objects.create(
        person=world.record, kind="lateral-spread", name="sweeps.csv", state="read", sha256="1" * 64, ending="csv",
        original=kept.stored("electrodes", BytesIO(b"x")), created_at=NOW,
    )  # fmt: skip
    kept.reading_of(made)
    return made


def picture(study: Study, name: str) -> str:
    return reverse("electrodes:picture", args=[study.pk, study.readings.get().pk, name])


def test_a_study_says_the_answer_first_then_when_where_and_why(study: Study, world: World, sign_in: Any) -> None:
    text = sign_in(world.eve).get(reverse("electrodes:show", args=[study.pk])).content.decode()

    assert text.index("bursts a minute") < text.index("When it happened") < text.index("Findings")
    assert "150 to 400" in text
    assert "95 % intervals" in text
    assert picture(study, "raster") in text
    assert Event.objects.filter(kind="study", verb="read", thing=study.pk).count() == 1


def test_the_pictures_of_a_page_are_whole_and_logged_with_it(study: Study, world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    client.get(reverse("electrodes:show", args=[study.pk]))
    for name in ("raster", "together", "traces"):
        answer = client.get(picture(study, name))
        assert answer["Content-Type"] == "image/svg+xml"
        drawing = ElementTree.fromstring(answer.content)
        assert not [one for one in drawing.iter() if "style" in one.attrib or one.tag.endswith(("style", "script"))]
        assert len(list(drawing.iter())) > 15
        assert client.get(picture(study, name) + "?dark").content != answer.content
    assert Event.objects.filter(kind="study", verb="read", thing=study.pk).count() == 1
    assert client.get(picture(study, "nothing")).status_code == 404


def test_a_picture_that_is_asked_for_by_itself_is_logged_once_an_hour(study: Study, world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    for _ in range(3):
        client.get(picture(study, "traces"))
    assert Event.objects.filter(kind="study", verb="read", thing=study.pk).count() == 1


def test_sweeps_are_shown_with_their_marks_and_numbers(swept: Study, world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    text = client.get(reverse("electrodes:show", args=[swept.pk])).content.decode()

    assert "Lateral spread response" in text
    assert 'class="side left"' in text
    answer = client.get(picture(swept, "sweeps-0"))
    assert answer.status_code == 200
    assert client.get(picture(swept, "sweeps-99")).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["", "?from=2&to=4", "?from=-5&to=1e9", "?from=x&to=y", "?from=nan&to=inf", "?from=11.999&to=3", "?to=0.5"],
)
def test_traces_are_shown_wherever_an_address_points(study: Study, world: World, sign_in: Any, query: str) -> None:
    answer = sign_in(world.eve).get(reverse("electrodes:traces", args=[study.pk]) + query)
    assert answer.status_code == 200
    assert "Traces of each muscle from" in answer.content.decode()


def test_the_script_is_given_the_part_that_changes_alone(study: Study, world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    address = reverse("electrodes:traces", args=[study.pk]) + "?from=1&to=2"
    part = client.get(address, headers={"X-Part": "traces"}).content.decode()
    assert part.startswith("<div")
    assert part.strip() in client.get(address).content.decode()


def test_what_is_taken_away_is_whole(study: Study, world: World, sign_in: Any, spasms: Path) -> None:
    client, reading = sign_in(world.eve), study.readings.get()
    result = client.get(reverse("electrodes:result", args=[study.pk, reading.pk]))
    told = json.loads(b"".join(result.streaming_content))
    assert told["bursts"]
    assert len(told["bursts"]) == sum(one["bursts"] for one in told["summary"]["muscles"])
    table = client.get(reverse("electrodes:bursts", args=[study.pk, reading.pk]))
    rows = b"".join(table.streaming_content).decode().splitlines()
    assert len(rows) == 1 + len(told["bursts"]) + len(told["artefacts"])
    original = client.get(reverse("electrodes:original", args=[study.pk]))
    assert b"".join(original.streaming_content) == spasms.read_bytes()


def test_a_recording_is_sent_placed_and_read_by_forms_alone(world: World, sign_in: Any, spasms: Path) -> None:
    from facialis_clinic.jobs import testing

    client = sign_in(world.nora)
    with spasms.open("rb") as file:
        sent = client.post(reverse("electrodes:send", args=[world.record.pk]), {"file": file, "kind": "free"})
    study = Study.objects.get()
    place = reverse("electrodes:place", args=[study.pk])
    assert sent["Location"] == place
    assert client.get(reverse("electrodes:show", args=[study.pk])).status_code == 200
    form = client.get(place).context["form"]
    said = {bound.html_name: bound.value() for _, *pair in form.rows() for bound in pair}
    client.post(place, said)
    waiting = client.get(reverse("electrodes:show", args=[study.pk])).content.decode()
    assert "Waiting to be read" in waiting
    testing.run_waiting()
    assert client.get(reverse("electrodes:state", args=[study.pk]))["HX-Refresh"] == "true"
    study.refresh_from_db()
    assert study.state == State.READ
    listed = client.get(reverse("electrodes:of", args=[world.record.pk])).content.decode()
    assert "spasms" not in listed
    assert "Free-running EMG" in listed


def test_what_is_missing_in_the_form_is_said_beside_its_field(world: World, sign_in: Any, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"a,b\n1,2\n3,4\n")
    with (tmp_path / "table.csv").open("rb") as file:
        answer = sign_in(world.eve).post(
            reverse("electrodes:send", args=[world.record.pk]),
            {"file": file, "kind": "free", "recorded_on": "2999-01-01"},
        )
    assert "This day lies ahead" in answer.content.decode()


def test_the_chart_the_timeline_and_the_work_list_say_what_came(
    study: Study, swept: Study, world: World, sign_in: Any
) -> None:
    client = sign_in(world.eve)
    chart = client.get(reverse("chart:person", args=[world.record.pk])).content.decode()
    assert "bursts a minute" in chart
    assert "a recording of electrodes was read" in chart
    assert "Free-running EMG read" in chart
    assert "Lateral spread was read" in client.get(reverse("chart:work")).content.decode()


def test_the_patient_learns_that_there_was_one_and_has_it_in_their_copy(
    study: Study, world: World, sign_in: Any
) -> None:
    from facialis_clinic.chart.mine_copy import copy_of

    client = sign_in(world.alice)
    assert client.get(reverse("electrodes:show", args=[study.pk])).status_code == 404
    copy = {
        key: list(value) if not isinstance(value, str | dict) else value
        for key, value in copy_of(world.record, now=NOW)
    }
    assert [row["name"] for row in copy["recordings_of_electrodes"]] == ["spasms.edf"]
    reading = copy["readings_of_electrodes"][0]
    assert reading["result"] is None
    assert reading["not_yet_released"] == ["result", "asleep"]
    assert not set(reading) & {"whole", "table", "bursts", "pyramid"}
