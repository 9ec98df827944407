"""The addresses of this app."""

from django.urls import path

from facialis_clinic.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.overview, name="list"),
    path("<uuid:job_id>/again/", views.again, name="again"),
]
