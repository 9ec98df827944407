"""What is known of a person is weighed, and what came out is kept."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from uuid import UUID

from django.db import transaction

from facialis.document import DocumentError
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart import weighing
from facialis_clinic.chart.models import Assessment
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person


@transaction.atomic
def assess_now(*, person: Person, by: User, now: datetime) -> Assessment | Refused:
    """Weigh what is known of a person now; what was weighed last is returned where nothing has changed since.

    Parameters
    ----------
    person : Person
        From a gate.
    by : User
        A neurologist.
    now : datetime
        The moment.
    """
    from facialis.case import to_mapping
    from facialis.diagnosis import assess

    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist weighs what is known.")
    # Two who press at once make one assessment.
    Person.objects.select_for_update().get(pk=person.pk)
    known = weighing.known_of(person, now=now)
    try:
        case = known.case()
    except DocumentError as wrong:
        return Refused(f"What is known contradicts itself and cannot be weighed: {wrong}. Overrule one by hand.")
    told = to_mapping(case)
    if lines := [one.words() for one in known.overruled()]:
        told["note"] = "\n".join(lines)
    last = weighing.newest(person)
    measured = {one.pk for one in known.measurements}
    if last is not None and _same(last, told, measured):
        return last
    made = Assessment.objects.create(
        person=person, case=told, result=assess(case).to_json(), version=version("facialis"), by=by, made_at=now
    )
    made.measurements.set(known.measurements)
    record(subject=person.pk, actor=by, verb="weighed", kind="assessment", thing=made.pk)
    return made


def _same(last: Assessment, told: dict[str, object], measured: set[UUID]) -> bool:
    """Whether the same was weighed by the same version, apart from the months that have gone by."""
    passing = {"duration_months"}
    before, after = ({key: value for key, value in case.items() if key not in passing} for case in (last.case, told))
    return (
        last.version == version("facialis")
        and before == after
        and set(last.measurements.values_list("pk", flat=True)) == measured
    )
