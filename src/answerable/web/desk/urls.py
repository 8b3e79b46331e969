"""Addresses of the staff's desk."""

from django.urls import path

from answerable.web.desk.views import cashier, compliance, counter, home, operations, privacy, review, risk

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", home.sign_in, name="sign_in"),
    path("sign-out/", home.sign_out, name="sign_out"),
    path("counter/", counter.counter, name="counter"),
    path("counter/<str:code>/", counter.booking, name="booking"),
    path("counter/<str:code>/form.pdf", counter.form, name="acceptance_form"),
    path("review/", review.queue, name="queue"),
    path("review/<int:dossier_id>/", review.dossier, name="review"),
    path("review/<int:dossier_id>/write/", review.write, name="review_write"),
    path("review/<int:dossier_id>/claim/", review.claim, name="claim"),
    path("review/<int:dossier_id>/unclaim/", review.unclaim, name="unclaim"),
    path("review/<int:dossier_id>/decide/", review.decide, name="decide"),
    path("review/documents/<uuid:document_id>/<int:page>.jpg", review.document, name="document"),
    path("cashier/", cashier.transfers, name="cashier"),
    path("cashier/receive/", cashier.receive, name="receive"),
    path("cashier/statement/", cashier.statement, name="statement"),
    path("cashier/<int:transfer_id>/match/", cashier.match, name="match"),
    path("cashier/<int:transfer_id>/return/", cashier.give_back, name="give_back"),
    path("cashier/refunds/<int:refund_id>/paid/", cashier.refund_paid, name="refund_paid"),
    path("risk/", risk.home, name="risk"),
    path("risk/numbers/<str:number>/", risk.number, name="risk_number"),
    path("risk/numbers/<str:number>/stop/", risk.stop, name="stop"),
    path("risk/numbers/<str:number>/lift/", risk.lift, name="lift"),
    path("risk/reports/<str:reference>/", risk.report, name="report"),
    path("operations/", operations.home, name="operations"),
    path("operations/records/<str:order_no>.json", operations.record, name="record"),
    path("operations/receipt/", operations.receipt, name="receipt"),
    path("privacy/", privacy.home, name="privacy"),
    path("privacy/<int:enterprise_id>/", privacy.organisation, name="privacy_of"),
    path("privacy/documents/<uuid:document_id>/", privacy.document, name="locked_document"),
    path("privacy/holds/<int:hold_id>/<str:step>/", privacy.hold, name="legal_hold"),
    path("trail/", operations.trail, name="trail"),
    path("video/", compliance.video, name="video"),
    path("video/<int:basis_id>/approve/", compliance.approve, name="video_approve"),
]
