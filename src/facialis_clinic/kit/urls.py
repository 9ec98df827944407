"""The addresses of this app."""

from django.urls import path

from facialis_clinic.kit import views

app_name = "kit"
urlpatterns = [
    path("", views.kit, name="kit"),
    path("error/<int:status>/", views.trouble, name="trouble"),
]
