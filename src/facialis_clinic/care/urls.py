"""The addresses of this app."""

from django.urls import path

from facialis_clinic.care.views import documents, orders

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
urlpatterns = [*_ORDERS, *_DOCUMENTS]
