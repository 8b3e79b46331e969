"""All addresses: the public site, the console, the desk, programs."""

from django.urls import include, path

from answerable.web import metrics, plumbing

urlpatterns = [
    path("healthz", plumbing.health),
    path("readyz", plumbing.ready),
    path("metrics", metrics.metrics, name="metrics"),
    path("language", plumbing.set_language, name="language"),
    path("", include("answerable.web.site.urls")),
    path("console/", include("answerable.web.console.urls")),
    path("desk/", include("answerable.web.desk.urls")),
    path("api/v1/", include("answerable.api.urls")),
]
handler404 = "answerable.web.plumbing.not_found"
handler500 = "answerable.web.plumbing.our_fault"
