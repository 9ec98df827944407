"""The addresses of this app."""

from django.urls import path

from facialis_clinic.people.views import desk, emergency, first, leaving, person

app_name = "people"
urlpatterns = [
    path("", first.home, name="home"),
    path("me/", first.mine, name="mine"),
    path("open/", first.open_own, name="open"),
    path("open-for-a-child/", first.open_child, name="open_child"),
    path("join/", first.join, name="join"),
    path("list/", desk.people, name="list"),
    path("register/", desk.register, name="register"),
    path("find/", emergency.find, name="find"),
    path("deletions/", leaving.deletions, name="deletions"),
    path("deletions/<uuid:request_id>/", leaving.deletion, name="deletion"),
    path("invitation/<uuid:proxy_id>/", person.invitation, name="invitation"),
    path("<uuid:person_id>/", person.person, name="person"),
    path("<uuid:person_id>/change/", person.change, name="change"),
    path("<uuid:person_id>/consents/", person.consents_page, name="consents"),
    path("<uuid:person_id>/proxies/", person.proxies, name="proxies"),
    path("<uuid:person_id>/proxies/<uuid:proxy_id>/end/", person.end_proxy, name="end_proxy"),
    path("<uuid:person_id>/team/", desk.team, name="team"),
    path("<uuid:person_id>/team/<uuid:member_id>/end/", desk.leave_team, name="leave_team"),
    path("<uuid:person_id>/code/", desk.code, name="code"),
    path("<uuid:person_id>/parent/", desk.parent, name="parent"),
    path("<uuid:person_id>/emergency/", emergency.emergency, name="emergency"),
    path("<uuid:person_id>/delete/", leaving.forget, name="forget"),
]
