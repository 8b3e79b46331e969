"""Addresses of the enterprise's console."""

from django.urls import path

from answerable.web.console.views import changes, documents, dossiers, home, numbers, orders, papers, rechecks

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("notices/", home.notices, name="notices"),
    path("papers/", papers.papers, name="papers"),
    path("papers/delete/", papers.delete, name="delete_papers"),
    path("orders/<str:order_no>/", orders.order, name="order"),
    path("orders/<str:order_no>/contract.pdf", orders.contract, name="contract"),
    path("orders/<str:order_no>/pages/<int:position>/", orders.upload_page, name="upload_page"),
    path("orders/<str:order_no>/sealed/", orders.upload_sealed, name="upload_sealed"),
    path("orders/<str:order_no>/sign/", orders.sign, name="sign"),
    path("orders/<str:order_no>/cancel/", orders.cancel, name="cancel"),
    path("orders/<str:order_no>/test-call/", orders.test_call, name="test_call"),
    path("dossiers/<int:dossier_id>/", dossiers.dossier, name="dossier"),
    path("dossiers/<int:dossier_id>/line/", dossiers.line, name="dossier_line"),
    path("dossiers/<int:dossier_id>/callback/", dossiers.callback, name="callback"),
    path("dossiers/<int:dossier_id>/callback/code/", dossiers.callback_code, name="callback_code"),
    path("dossiers/<int:dossier_id>/person/", dossiers.person, name="dossier_person"),
    path("dossiers/<int:dossier_id>/licence/", dossiers.confirm_licence, name="confirm_licence"),
    path("dossiers/<int:dossier_id>/upload/<str:slot>/", dossiers.upload, name="upload"),
    path("dossiers/<int:dossier_id>/photo-consent/", dossiers.photo_consent, name="photo_consent"),
    path("dossiers/<int:dossier_id>/write/", dossiers.write, name="dossier_write"),
    path("dossiers/<int:dossier_id>/submit/", dossiers.submit, name="submit"),
    path("dossiers/<int:dossier_id>/book/", dossiers.book, name="book"),
    path("dossiers/<int:dossier_id>/papers/<str:name>.pdf", dossiers.paper, name="paper"),
    path("documents/<uuid:document_id>/<int:page>.jpg", documents.page, name="document"),
    path("rechecks/<int:recheck_id>/", rechecks.recheck, name="recheck"),
    path("rechecks/<int:recheck_id>/code/", rechecks.send_code, name="recheck_send"),
    path("rechecks/<int:recheck_id>/confirm/", rechecks.confirm, name="recheck_confirm"),
    path("rechecks/<int:recheck_id>/papers/", rechecks.papers, name="recheck_papers"),
    path("numbers/<str:number>/", numbers.number, name="number"),
    path("numbers/<str:number>/calls/", numbers.calls, name="calls"),
    path("numbers/<str:number>/plan/", numbers.plan, name="plan"),
    path("numbers/<str:number>/lines/", numbers.lines, name="lines"),
    path("numbers/<str:number>/lines/add/", numbers.add_line, name="add_line"),
    path("numbers/<str:number>/lines/<int:destination_id>/remove/", numbers.remove_line, name="remove_line"),
    path("numbers/<str:number>/renew/", numbers.renew, name="renew"),
    path("numbers/<str:number>/verify-again/", numbers.verify_again, name="verify_again"),
    path("numbers/<str:number>/changes/", changes.changes, name="changes"),
    path("numbers/<str:number>/resume/", changes.resume, name="resume"),
    path("dossiers/<int:dossier_id>/cancel/", changes.cancel, name="cancel_change"),
    path("numbers/<str:number>/release/", numbers.release, name="release"),
]
