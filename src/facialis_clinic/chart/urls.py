"""The addresses of this app."""

from django.urls import URLPattern, path

from facialis_clinic.chart.views import answers, chart, findings, mine, room

_MINE: list[URLPattern] = [
    path("mine/", mine.start, name="start"),
    path("mine/<uuid:person_id>/", mine.mine, name="mine"),
    path("mine/<uuid:person_id>/results/<uuid:assessment_id>/", mine.result, name="result"),
    path("mine/<uuid:person_id>/results/<uuid:assessment_id>/pdf/", mine.result_pdf, name="result_pdf"),
    path("mine/<uuid:person_id>/shared/", mine.shared, name="shared"),
    path("mine/<uuid:person_id>/download/", mine.download, name="download"),
    path("mine/<uuid:person_id>/download/json/", mine.download_json, name="download_json"),
    path("mine/<uuid:person_id>/download/pdf/", mine.download_pdf, name="download_pdf"),
    path("mine/<uuid:person_id>/download/videos/", mine.download_films, name="download_films"),
]

_ROOM: list[URLPattern] = [
    path("room/<uuid:measurement_id>/", room.room, name="room"),
    path("room/<uuid:measurement_id>/signals/", room.signals, name="signals"),
    path("room/<uuid:measurement_id>/traces.svg", room.traces, name="traces"),
    path("room/<uuid:measurement_id>/verdict/", room.verdict, name="verdict"),
    path("room/<uuid:measurement_id>/beside/<uuid:other_id>/", room.beside, name="beside"),
]

_CHART: list[URLPattern] = [
    path("", chart.work_list, name="work"),
    path("seen/", chart.seen, name="seen"),
    path("assessments/<uuid:assessment_id>/", answers.assessment, name="assessment"),
    path("assessments/<uuid:assessment_id>/release/", answers.release, name="release"),
    path("assessments/<uuid:assessment_id>/withdraw/", answers.withdraw, name="withdraw"),
    path("<uuid:person_id>/", chart.person, name="person"),
    path("<uuid:person_id>/assess/", chart.assess, name="assess"),
    path("<uuid:person_id>/findings/", findings.findings, name="findings"),
    path("<uuid:person_id>/findings/<uuid:remark_id>/withdraw/", findings.finding_withdraw, name="finding_withdraw"),
]

app_name = "chart"
urlpatterns: list[URLPattern] = [*_MINE, *_ROOM, *_CHART]
