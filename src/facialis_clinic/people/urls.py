"""The addresses of this app."""

from django.urls import path

from facialis_clinic.people.views import first

app_name = "people"
urlpatterns = [
    path("", first.home, name="home"),
]
