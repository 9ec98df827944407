"""The work on courses that is done in the background."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from facialis_clinic.jobs import daily, task


@task
def follow_person(person_id: str) -> None:
    """Work out the course of one person and raise what needs attention."""
    from django.utils.timezone import now

    from facialis_clinic.care.actions.following import follow
    from facialis_clinic.people.models import Person

    person = Person.objects.filter(pk=UUID(person_id)).first()
    if person is not None:
        follow(person=person, now=now())


@daily(at=time(4, 10))
@task
def follow_everybody() -> None:
    """Queue the course of everybody who was given a treatment, each as work of its own."""
    from facialis_clinic.care.models import Treatment
    from facialis_clinic.jobs import enqueue

    people = Treatment.objects.order_by("person").values_list("person", flat=True).distinct()
    for person_id in people.iterator():
        enqueue(follow_person, person_id, whose=person_id)
