"""The addresses of this app."""

from django.urls import path

from facialis_clinic.recordings.views import films, guided, pages, uploads

app_name = "recordings"
urlpatterns = [
    path("", pages.people, name="list"),
    path("of/<uuid:person_id>/", pages.of_person, name="of"),
    path("of/<uuid:person_id>/send/", uploads.send, name="send"),
    path("of/<uuid:person_id>/film/", guided.film, name="guided"),
    path("of/<uuid:person_id>/look/", guided.look, name="look"),
    path("of/<uuid:person_id>/begin/", uploads.begin, name="begin"),
    path("parts/<uuid:upload_id>/", uploads.part, name="part"),
    path("parts/<uuid:upload_id>/finish/", uploads.finish, name="finish"),
    path("parts/<uuid:upload_id>/give-up/", uploads.give_up, name="give_up"),
    path("<uuid:recording_id>/", pages.show, name="show"),
    path("<uuid:recording_id>/state/", pages.state, name="state"),
    path("<uuid:recording_id>/film/", films.film, name="film"),
    path("<uuid:recording_id>/poster/", films.poster, name="poster"),
    path("<uuid:recording_id>/original/", films.original, name="original"),
    path("<uuid:recording_id>/use/", pages.use, name="use"),
    path("<uuid:recording_id>/delete/", pages.delete, name="delete"),
    path("<uuid:recording_id>/measure/", pages.remeasure, name="remeasure"),
    path("<uuid:recording_id>/results/<uuid:measurement_id>/", pages.result, name="result"),
    path("<uuid:recording_id>/results/<uuid:measurement_id>/release/", pages.release, name="release"),
]
