"""A person's page, and what is changed on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from facialis_clinic.accounts.models import Role
from facialis_clinic.people import actions, consents, forms, shown
from facialis_clinic.people.access import Level, Opened, open_person
from facialis_clinic.people.age import is_minor
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.views.signed import Signed, afresh, signed_in
from facialis_clinic.people.wording import current


def opened_to(request: Signed, person_id: UUID, to: Level) -> Opened:
    """Open a person for a page that needs this level."""
    opened = open_person(request, person_id)
    if to not in opened.to:
        raise Http404
    return opened


def show(request: Signed, person_id: UUID) -> HttpResponse:
    """Show a record as far as the user may see it."""
    opened = open_person(request, person_id)
    if "record" not in opened.to:
        return _contact_page(request, opened)
    own = opened.person.user_id == request.user.pk
    page = {"opened": opened, "person": opened.person, "record": shown.record_of(opened), "own": own}
    if own:
        page["invitations"] = shown.invitations_for(request)
    return render(request, "people/person.html", page)


person = signed_in(show)


def _contact_page(request: Signed, opened: Opened, **more: object) -> HttpResponse:
    page = {
        "opened": opened,
        "person": opened.person,
        "team": shown.team_of(opened),
        "proxies": shown.proxies_of(opened),
        "minor": is_minor(opened.person.born, opened.now),
        "parent_form": forms.Parent(),
    }
    return render(request, "people/contact.html", page | more)


@signed_in
def change(request: Signed, person_id: UUID) -> HttpResponse:
    """Correct name, telephone and, at the front desk, the birthday."""
    opened = opened_to(request, person_id, "correct")
    person = opened.person
    at_desk = request.user.role == Role.FRONT_DESK
    initial = {"name": person.name, "phone": person.phone, "born": person.born}
    form = forms.Contact(request.POST or None, initial=initial, may_correct_birthday=at_desk)
    if request.method == "POST" and form.is_valid():
        told = {"born": None} | form.cleaned_data
        answer = actions.change_contact(person=person, by=request.user, now=opened.now, **told)
        if not isinstance(answer, Refused):
            messages.success(request, "The contact details were changed.")
            return redirect("people:person", person.pk)
        form.add_error(None, answer.why)
    return render(request, "people/change.html", {"form": form, "person": person, "at_desk": at_desk})


@signed_in
def consents_page(request: Signed, person_id: UUID) -> HttpResponse:
    """Show what the patient allows, in the words they agreed to; give a consent or take it back."""
    posting = request.method == "POST"
    opened = opened_to(request, person_id, "share" if posting else "record")
    if posting:
        return _say(request, opened)
    standing = consents.of_person(opened.person, opened.now)
    page = {"opened": opened, "person": opened.person, "standing": standing, "can": "share" in opened.to}
    return render(request, "people/consents.html", page)


def _say(request: Signed, opened: Opened) -> HttpResponse:
    form = forms.Say(request.POST)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    whose, now, use, one = opened.person, opened.now, said["use"], said["recording_id"]
    answer: object
    if said["say"] == "yes":
        words = said["words_version"]
        answer = actions.give_consent(
            person=whose, use=use, by=request.user, words_version=words, now=now, recording_id=one
        )
    else:
        answer = actions.withdraw_consent(person=whose, use=use, by=request.user, now=now, recording_id=one)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "Allowed." if said["say"] == "yes" else "Taken back. It holds from this moment.")
    return redirect("people:consents", opened.person.pk)


@signed_in
@afresh
def proxies(request: Signed, person_id: UUID) -> HttpResponse:
    """Show who may act for the patient; invite somebody."""
    opened = opened_to(request, person_id, "share")
    words = current("proxy")
    form = forms.Invite(request.POST or None, initial={"words_version": words.id})
    if request.method == "POST" and form.is_valid():
        answer = actions.invite_proxy(person=opened.person, by=request.user, now=opened.now, **form.cleaned_data)
        if not isinstance(answer, Refused):
            messages.success(request, f"An invitation was sent to {answer.email}.")
            return redirect("people:proxies", opened.person.pk)
        form.add_error(None, answer.why)
    page = {
        "opened": opened,
        "person": opened.person,
        "form": form,
        "words": words,
        "proxies": shown.proxies_of(opened),
    }
    return render(request, "people/proxies.html", page)


@signed_in
@require_POST
def end_proxy(request: Signed, person_id: UUID, proxy_id: UUID) -> HttpResponse:
    """End what somebody may do, by the patient or by the proxy themselves."""
    opened = open_person(request, person_id)
    proxy = shown.proxy_of(opened, proxy_id)
    level: Level = "desk" if proxy.kind == proxy.Kind.PARENT else "share"
    if level not in opened.to and proxy.user_id != request.user.pk:
        raise Http404
    answer = actions.withdraw_proxy(proxy=proxy, by=request.user, now=opened.now)
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
    else:
        messages.success(request, "That has ended, from this moment.")
    if proxy.user_id == request.user.pk:
        return redirect("people:list")
    return redirect("people:proxies" if "share" in opened.to else "people:person", opened.person.pk)


@signed_in
def invitation(request: Signed, proxy_id: UUID) -> HttpResponse:
    """Show an invitation to whom it was sent to; accept or decline it."""
    proxy = shown.access_invitation(request, proxy_id)
    if request.method != "POST":
        return render(request, "people/invitation.html", {"proxy": proxy, "words": current(proxy.kind)})
    accepts = request.POST.get("say") == "yes"
    answer = (actions.accept if accepts else actions.decline)(proxy=proxy, user=request.user, now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("people:invitation", proxy.pk)
    messages.success(request, "You can act for them now." if accepts else "You declined the invitation.")
    return redirect("people:person", proxy.person_id) if accepts else redirect("people:home")
