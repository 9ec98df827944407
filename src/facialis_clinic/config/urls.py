"""The addresses, app by app."""

from django.urls import include, path

from facialis_clinic.accounts.urls import of_allauth
from facialis_clinic.config.health import alive

urlpatterns = [
    path("alive/", alive, name="alive"),
    path("account/", include(of_allauth)),
    path("account/", include("facialis_clinic.accounts.urls")),
    path("kit/", include("facialis_clinic.kit.urls")),
    path("people/", include("facialis_clinic.people.urls")),
    path("recordings/", include("facialis_clinic.recordings.urls")),
    path("electrodes/", include("facialis_clinic.electrodes.urls")),
    path("intake/", include("facialis_clinic.intake.urls")),
    path("chart/", include("facialis_clinic.chart.urls")),
    path("care/", include("facialis_clinic.care.urls")),
    path("log/", include("facialis_clinic.audit.urls")),
    path("jobs/", include("facialis_clinic.jobs.urls")),
    path("", include("facialis_clinic.library.urls")),
]
handler400 = "facialis_clinic.kit.views.bad_request"
handler403 = "facialis_clinic.kit.views.denied"
handler404 = "facialis_clinic.kit.views.missing"
handler429 = "facialis_clinic.kit.views.too_many"  # django-allauth looks for it here
handler500 = "facialis_clinic.kit.views.broken"
