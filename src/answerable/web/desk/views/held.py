"""扣住的发布: numbers whose newest records are held back, because too many would fall silent with them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from answerable.routing.queries import held, open_numbers, with_reasons
from answerable.web.doors import staff_only
from answerable.web.middleware import Request

ROWS = 50


@staff_only("pass_losses")
def home(request: Request) -> HttpResponse:
    """List them with what the tables say, and how two people let them through or have them compiled anew."""
    page = Paginator(held(), ROWS).get_page(request.GET.get("page"))
    context = {
        "section": "held", "page": page, "rows": with_reasons(list(page.object_list)), "count": page.paginator.count,
        "open": open_numbers(),
    }  # fmt: skip
    return render(request, "web/desk/held.html", context)
