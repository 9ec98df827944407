"""Play the stories: each step once, in the transaction that notes it; who waits for a film lets the others go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from facialis_clinic.accounts.demo import first_day
from facialis_clinic.accounts.invented import SITE, STAFF
from facialis_clinic.accounts.models import User
from facialis_clinic.demo import clips, kept, progress
from facialis_clinic.demo.models import Played
from facialis_clinic.demo.stories import Step, Stories, Story
from facialis_clinic.demo.verbs import VERBS
from facialis_clinic.demo.verbs.filmed import recording_of, settle, told_of
from facialis_clinic.demo.verbs.scene import Halt, Scene
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Recording, State

ENDED = (State.MEASURED, State.REFUSED, State.FAILED)
WAITS_S = 0.3


@dataclass
class Play:
    """A demonstration that is being played.

    Attributes
    ----------
    told : Stories
        What is played.
    first : datetime
        The moment from which its days count.
    staff : dict
        Who works here.
    halted : dict
        Why a story does not go on, by its key.
    """

    told: Stories
    first: datetime
    staff: dict[str, User]
    halted: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Stories) -> Play:
        """Return what was played so far, ready to go on."""
        staff = {who: User.objects.get(email=f"{who}@{SITE}") for who in STAFF}
        return cls(told, first_day(), staff)

    def run(self, say: Callable[[str], None]) -> bool:
        """Play to the end; return whether every story came there."""
        while True:
            self.keep_results()
            moved = [self.advance(story, make=False) for story in self.told.stories]
            left = self.left()
            progress.write(*left)
            if not left[0] and not left[1]:
                break
            # Nobody waits for a film that could be shown already: one is made when nothing else is to be done.
            if not any(moved) and not any(self.advance(story, make=True) for story in self.told.stories):
                time.sleep(WAITS_S)
        for key, why in self.halted.items():
            say(f"the story of {key} stops: {why}")
        return not self.halted

    def advance(self, story: Story, *, make: bool) -> bool:
        """Play a story as far as it goes; return whether it went on. With ``make`` at most one film is made."""
        moved = False
        for number, step in self.ahead(story):
            options = self.told.clips.get(step.told.get("clip", ""), {})
            fresh = step.do == "film" and self._to_be_made(options)
            if (fresh and not make) or not self._may_go(story, step):
                return moved
            try:
                self.play(story, number, step)
            except Exception as error:
                # One story that cannot go on is no reason for the others to stop; the terminal is told which and why.
                why = str(error) if isinstance(error, Halt | clips.NoFilm) else repr(error)
                self.halted[story.key] = f"{step.do} on day {step.day}: {why}"
                return moved
            moved = True
            if fresh:
                return True
        return moved

    def ahead(self, story: Story) -> Iterator[tuple[int, Step]]:
        """Yield the steps that are still to be played."""
        if story.key in self.halted:
            return
        done = set(Played.objects.filter(story=story.key).values_list("step", flat=True))
        yield from ((number, step) for number, step in enumerate(story.steps) if number not in done)

    @transaction.atomic
    def play(self, story: Story, number: int, step: Step) -> None:
        """Play one step and note it, both or neither."""
        person = _person(story)
        by = self.staff[step.by] if step.by else _speaks_for(story)
        scene = Scene(person, by, step.moment(self.first, timezone.now()), self.staff)
        told = dict(step.told)
        if step.do == "film":
            told["options"] = self.told.clips[told["clip"]]
        VERBS[step.do](scene, **told)
        Played.objects.create(story=story.key, step=number, at=timezone.now())

    def films(self) -> Iterator[tuple[Story, Step, Recording]]:
        """Yield every film that was sent."""
        for story in self.told.stories:
            for step in story.steps:
                if step.do == "film" and (sent := recording_of(_person(story), step.told["clip"])):
                    yield story, step, sent

    def keep_results(self) -> None:
        """Keep what the worker has measured since, and date it."""
        for _, step, sent in self.films():
            measured = sent.measurements.order_by("-measured_at").first()
            if measured is None or sent.state not in ENDED:
                continue
            path = clips.path_of(self.told.clips[step.told["clip"]])
            if not path.is_file():
                continue
            place = kept.place_of(path, told_of(step.told.get("mirrored", "no")))
            if not kept.is_kept(place):
                kept.keep(place, measured)
            settle(measured, sent.created_at)

    def left(self) -> tuple[int, int]:
        """Return how many steps are still to be played, and how many films to be measured."""
        steps = sum(sum(1 for _ in self.ahead(story)) for story in self.told.stories)
        return steps, sum(sent.state not in ENDED for _, _, sent in self.films())

    def _may_go(self, story: Story, step: Step) -> bool:
        if not step.after:
            return True
        sent = recording_of(_person(story), step.after)
        return sent is not None and sent.state in ENDED

    def _to_be_made(self, options: Mapping[str, Any]) -> bool:
        try:
            return not clips.path_of(options).is_file()
        except clips.NoFilm:
            return True


def _person(story: Story) -> Person:
    if story.parent:
        return Person.objects.get(name=story.name, proxies__user=_speaks_for(story))
    return Person.objects.select_related("user").get(user=_speaks_for(story))


def _speaks_for(story: Story) -> User:
    key = story.parent.partition(":")[0] or story.key
    return User.objects.get(email=f"{key}@{SITE}")
