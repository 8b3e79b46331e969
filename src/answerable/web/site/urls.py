"""Addresses of the public site."""

from django.urls import path

from answerable.web.site.views import apply, choose, log, lookup, operator, outlets, prepare, report, sign_in

app_name = "site"
urlpatterns = [
    # First, for it is asked most: finding a view takes time with each address before it.
    path("who/<str:number>/", lookup.answer, name="answer"),
    path("who/", lookup.lookup, name="lookup"),
    path("", choose.home, name="home"),
    path("numbers/", choose.search, name="search"),
    path("numbers/<str:number>/", choose.number, name="number"),
    path("prices/", choose.prices, name="prices"),
    path("outlets/", outlets.outlets, name="outlets"),
    path("operator/", operator.operator, name="operator"),
    path("materials/", prepare.materials, name="materials"),
    path("why-returned/", prepare.returned, name="returned"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.enter_code, name="enter_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("apply/<str:number>/", apply.role, name="apply"),
    path("apply/<str:number>/organisation/", apply.organisation, name="apply_organisation"),
    path("apply/<str:number>/confirm/", apply.confirm, name="apply_confirm"),
    path("report/<str:number>/", report.begin, name="report"),
    path("report/<str:number>/details/", report.details, name="report_details"),
    path("reported/<str:reference>/", report.done, name="reported"),
    path("reported/<str:reference>/code/", report.code, name="report_code"),
    path("reported/<str:reference>/confirm/", report.confirm, name="report_confirm"),
    path("reported/<str:reference>/evidence/", report.evidence, name="report_evidence"),
    path("reported/<str:reference>/escalate/", report.escalate, name="report_escalate"),
    path("reported/<str:reference>/escalation.pdf", report.escalation_pdf, name="report_escalation_pdf"),
    path("reported/<str:reference>/escalation.json", report.escalation_json, name="report_escalation_json"),
    path("log/key", log.key, name="log_key"),
    path("log/evidence-key", log.evidence_key, name="evidence_key"),
    path("log/trace.schema.json", log.trace_schema, name="trace_schema"),
    path("log/schema/entry-v1.json", log.schema, name="log_schema"),
    path("log/numbers/<str:number>.json", log.number, name="log_number"),
    path("log/proofs/<int:index>.tlog-proof", log.proof, name="log_proof"),
    path("log/<path:path>", log.file, name="log_file"),
    path("reports/", report.status, name="report_status"),
]
