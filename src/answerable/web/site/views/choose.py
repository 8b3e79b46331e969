"""Choose a number: search the pool by pattern, see each number's full price and why."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from answerable.billing import queries as billing
from answerable.billing.models import Package
from answerable.lib.lines import fold
from answerable.numbers.models import Number
from answerable.numbers.patterns import GRADES
from answerable.numbers.queries import PAGE
from answerable.numbers.queries import search as search_pool
from answerable.parties.models import Carrier
from answerable.web.doors import found, public

SEARCHED = ("AAAA", "ABCD", "AABB", "ABAB", "AAA", "AA")
PATTERN_WORDS = {
    "AAAA": ("四连号", "four equal digits"), "ABCD": ("顺子", "a run"), "AABB": ("两对", "two pairs"), "ABAB": ("重复对", "a repeated pair"),
    "AAA": ("三连号", "three equal digits"), "AA": ("尾号成对", "a pair at the end"), "NO4": ("不含 4", "no 4"),
}  # fmt: skip


def chosen_package(request: HttpRequest) -> Package:
    """Return the package the visitor compares prices with."""
    packages = list(billing.packages(timezone.localdate()))
    wanted = request.GET.get("package", "") or request.POST.get("package", "")
    return next((p for p in packages if p.pk == wanted), found(packages[0] if packages else None))


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is: look a number up, or choose one."""
    return render(request, "web/site/home.html", {"section": "home"})


@public
def search(request: HttpRequest) -> HttpResponse:
    """Search the pool; HTMX asks for the list alone."""
    asked: Any = {
        "contains": fold(request.GET.get("contains", "")), "ends_with": fold(request.GET.get("ends_with", "")),
        "pattern": request.GET.get("pattern", ""), "no_4": request.GET.get("no_4") == "1", "carrier": request.GET.get("carrier", ""),
        "grade": request.GET.get("grade", ""),
    }  # fmt: skip
    package = chosen_package(request)
    page = Paginator(search_pool(**asked), PAGE).get_page(request.GET.get("page"))
    prices = billing.prices(package)
    rows = [
        {"number": n, "price": prices[n.grade], "patterns": pattern_words(n), "grade": GRADES[n.grade]} for n in page
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "section": "choose", "asked": asked, "page": page, "rows": rows, "package": package, "query": query.urlencode(),
        "packages": billing.packages(timezone.localdate()), "carriers": Carrier.objects.order_by("code"), "grades": GRADES,
        "patterns": [(code, PATTERN_WORDS[code]) for code in SEARCHED],
    }  # fmt: skip
    template = "web/site/numbers.html" if request.headers.get("HX-Request") else "web/site/search.html"
    return render(request, template, context)


@public
def number(request: HttpRequest, number: str) -> HttpResponse:
    """Show one spare number: full price over the term, line by line, for each package."""
    chosen = found(Number.objects.select_related("carrier", "batch").filter(pk=number).first())
    packages = [(p, billing.price_of(chosen.grade, p)) for p in billing.packages(timezone.localdate())]
    context = {
        "section": "choose", "number": chosen, "packages": packages, "grade": GRADES[chosen.grade], "patterns": pattern_words(chosen),
        "is_spare": chosen.business_state == "spare",
    }  # fmt: skip
    return render(request, "web/site/number.html", context)


@public
def prices(request: HttpRequest) -> HttpResponse:
    """Show the public tariff: the same for everybody, at every agent."""
    packages = list(billing.packages(timezone.localdate()))
    table = [(GRADES[grade], [billing.price_of(grade, p) for p in packages]) for grade in GRADES]
    return render(request, "web/site/prices.html", {"section": "prices", "packages": packages, "table": table})


def pattern_words(number: Number) -> list[str]:
    """Name a number's patterns in the reader's language."""
    index = 0 if (get_language() or "zh").startswith("zh") else 1
    return [PATTERN_WORDS[code][index] for code in number.patterns]
