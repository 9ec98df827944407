"""The addresses of this app."""

from django.urls import path

from facialis_clinic.care.views import choices, documents, injections, orders, packets, treated

app_name = "care"
_ORDERS = [
    path("of/<uuid:person_id>/orders/", orders.orders, name="orders"),
    path("of/<uuid:person_id>/orders/new/<slug:kind>/", orders.order_new, name="order_new"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/safety/", orders.order_safety, name="order_safety"),
    path("orders/<uuid:order_id>/clear/", orders.order_clear, name="order_clear"),
    path("orders/<uuid:order_id>/end/", orders.order_end, name="order_end"),
    path("orders/<uuid:order_id>/sheet.pdf", orders.order_sheet, name="order_sheet"),
]
_DOCUMENTS = [
    path("of/<uuid:person_id>/documents/", documents.documents, name="documents"),
    path("of/<uuid:person_id>/documents/draft/", documents.document_draft, name="document_draft"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
    path("documents/<uuid:document_id>/edit/", documents.document_edit, name="document_edit"),
    path("documents/<uuid:document_id>/sign/", documents.document_sign, name="document_sign"),
    path("documents/<uuid:document_id>/amend/", documents.document_amend, name="document_amend"),
    path("documents/<uuid:document_id>/discard/", documents.document_discard, name="document_discard"),
    path("documents/<uuid:document_id>/share/", documents.document_share, name="document_share"),
    path("documents/<uuid:document_id>/paper.pdf", documents.document_pdf, name="document_pdf"),
]
_TREAT = [
    path("of/<uuid:person_id>/packet/", packets.packet, name="packet"),
    path("of/<uuid:person_id>/options/", choices.options, name="options"),
    path("of/<uuid:person_id>/aid/", choices.aid_hand, name="aid_hand"),
    path("aids/<uuid:choice_id>/", choices.aid, name="aid"),
    path("of/<uuid:person_id>/plan/", injections.plan_new, name="plan_new"),
    path("plans/<uuid:plan_id>/", injections.plan, name="plan"),
    path("plans/<uuid:plan_id>/edit/", injections.plan_edit, name="plan_edit"),
    path("plans/<uuid:plan_id>/ready/", injections.plan_ready, name="plan_ready"),
    path("plans/<uuid:plan_id>/drop/", injections.plan_drop, name="plan_drop"),
    path("plans/<uuid:plan_id>/time-out/", injections.time_out, name="time_out"),
    path("plans/<uuid:plan_id>/session/", injections.session, name="session"),
    path("of/<uuid:person_id>/treatments/", treated.treatments, name="treatments"),
    path("of/<uuid:person_id>/treatments/new/", treated.treatment_new, name="treatment_new"),
    path("treatments/<uuid:treatment_id>/", treated.treatment, name="treatment"),
    path("treatments/<uuid:treatment_id>/amend/", treated.treatment_amend, name="treatment_amend"),
    path("of/<uuid:person_id>/course/", treated.course, name="course"),
    path("of/<uuid:person_id>/alarms/", treated.alarms, name="alarms"),
    path("alarms/<uuid:alarm_id>/", treated.alarm_seen, name="alarm_seen"),
]
urlpatterns = [*_ORDERS, *_DOCUMENTS, *_TREAT]
