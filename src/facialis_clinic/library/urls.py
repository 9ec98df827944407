"""The addresses of this app."""

from django.urls import path

from facialis_clinic.library.views import contact, machines, public, staff

app_name = "library"
urlpatterns = [
    path("", public.home, name="home"),
    path("patients/", public.patients, name="patients"),
    path("clinicians/", public.clinicians, name="clinicians"),
    path("clinicians/<slug:slug>/", public.article, {"audience": "clinicians"}, name="clinicians_article"),
    path("insurers/", public.insurers, name="insurers"),
    path("insurers/<slug:slug>/", public.article, {"audience": "insurers"}, name="insurers_article"),
    path("offices/", public.practice, name="practice"),
    path("condition/", public.condition, name="condition"),
    path("condition/<slug:slug>/", public.article, name="article"),
    path("questions/", public.faq, name="faq"),
    path("versions/<slug:slug>/", public.versions, name="versions"),
    path("version/<uuid:revision_id>/", public.version, name="version"),
    path("references/", public.references, name="references"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="contact_sent"),
    path("articles/", staff.articles, name="articles"),
    path("articles/<uuid:article_id>/review/", staff.review, name="review"),
    path("articles/<uuid:article_id>/revise/", staff.revise, name="revise"),
    path("call-backs/", staff.call_backs, name="callbacks"),
    path("call-backs/<uuid:call_back_id>/called/", staff.called, name="called"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
