"""The addresses of this app."""

from django.urls import path

from facialis_clinic.electrodes.views import files, pages, uploads

app_name = "electrodes"
urlpatterns = [
    path("of/<uuid:person_id>/", pages.of_person, name="of"),
    path("of/<uuid:person_id>/send/", uploads.send, name="send"),
    path("<uuid:study_id>/", pages.show, name="show"),
    path("<uuid:study_id>/state/", pages.state, name="state"),
    path("<uuid:study_id>/electrodes/", uploads.place, name="place"),
    path("<uuid:study_id>/traces/", pages.traces, name="traces"),
    path("<uuid:study_id>/read/", pages.read_again, name="read_again"),
    path("<uuid:study_id>/delete/", pages.delete, name="delete"),
    path("<uuid:study_id>/original/", files.original, name="original"),
    path("<uuid:study_id>/readings/<uuid:reading_id>/result/", files.result, name="result"),
    path("<uuid:study_id>/readings/<uuid:reading_id>/bursts/", files.bursts, name="bursts"),
    path("<uuid:study_id>/readings/<uuid:reading_id>/pictures/<slug:name>/", files.picture, name="picture"),
]
