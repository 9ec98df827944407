"""The addresses of this app."""

from django.urls import path

from facialis_clinic.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("integrity/", views.integrity, name="integrity"),
    path("integrity/look-through/", views.look_through, name="look_through"),
    path("practice/", views.practice, name="practice"),
    path("emergencies/", views.broken_glass, name="broken_glass"),
]
