"""What if: the engine that decides, asked before the fact. The page can be kept, and changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.core.trouble import Trouble
from concord.desk import what_if
from concord.desk.gate import Refused
from concord.desk.what_if import CASES, Answer
from concord.web.access import flow
from concord.web.forms.agreement import WhatIfForm
from concord.web.pages.agreement_deeds import said
from concord.web.pages.asking import asking, place
from concord.web.parts.table import Column, Table


@flow("agreement-life")
def what_if_page(request: HttpRequest, laestab: str) -> HttpResponse:
    """One supposition about one establishment's agreement, and what it would change."""
    actor = asking(request)
    form = WhatIfForm(request.GET) if "case" in request.GET else WhatIfForm()
    answer = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        pence = int((given["pounds"] or 0) * 100)
        supposed = what_if.Supposed(given["case"], given["role"], given["category"], given["flow"], pence)
        try:
            answer = what_if.suppose(actor, laestab, supposed)
        except Refused:
            raise
        except Trouble as trouble:
            form.add_error(None, said(trouble))
    context = {
        "form": form,
        "answer": answer,
        "supposed": CASES.get(form.data.get("case", ""), "") if answer else "",
        "tables": tables(answer) if answer else [],
        "place": place(actor, laestab),
        "back": {"href": f"/agreement/{laestab}", "text": "Back to the agreement"},
    }
    return render(request, "pages/agreement_what_if.html", context, status=400 if form.is_bound and not answer else 200)


def tables(answer: Answer) -> list[Table]:
    """Who sees what, and what costs what, where it changes."""
    sees = [(role, category, "No longer") for role, category in answer.sees_lost]
    sees += [(role, category, "From then on") for role, category in answer.sees_gained]
    found = []
    if sees:
        columns = (Column("role", "Role"), Column("category", "Data"), Column("sees", "Sees it"))
        found.append(Table("Who sees what", columns, sees, of=("change", "changes"), cards=True))
    if answer.prices:
        costs = (Column("what", "Service"), Column("was", "Now"), Column("will", "Then"), Column("why", "Why"))
        found.append(Table("What costs what", costs, answer.prices, of=("price", "prices"), cards=True))
    return found
