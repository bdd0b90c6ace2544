"""What the parties do about an agreement, a page a deed: what it means, the form, the clause that forbids it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import ending, notices, permit_install, sign_agreement, standings, what_if
from concord.desk.gate import Refused
from concord.web.access import flow
from concord.web.forms import agreement as forms
from concord.web.forms.govuk import GovukForm
from concord.web.pages.asking import asking, clause, place
from concord.web.parts.words import clause_number


@dataclass(frozen=True)
class Deed:
    """One deed: its page's heading and words, its clause, its form, its button, what is said when it is done.

    `supposes`: the case of `desk.what_if` whose answer the page shows before anything is done.
    """

    title: str
    words: str
    clause: str
    button: str
    done: str
    form: type[GovukForm]
    act: Callable[[Actor, str, Any], object]
    supposes: str = ""
    grave: bool = False


def _suspend(actor: Actor, laestab: str, form: Any) -> object:
    given = form.cleaned_data["file"]
    file = (given.name, given.read()) if given else None
    return ending.suspend(actor, laestab, form.cleaned_data["evidence"], file=file)


def _install(actor: Actor, laestab: str, form: Any) -> object:
    given = form.cleaned_data
    return permit_install.permit(
        actor, laestab, engineer=given["engineer"], host=given["host"], starts=form.starts(), hours=given["hours"]
    )


def _ico(actor: Actor, laestab: str, form: Any) -> object:
    given = form.cleaned_data
    return sign_agreement.register_ico(actor, laestab, given["ico_number"], given["ico_expires"])


def _hand_over(actor: Actor, laestab: str, form: Any) -> object:
    given = form.cleaned_data["notice"]
    notices.hand_over_again(actor, laestab, given.name, given.read())
    return None


DEEDS = {
    "offer": Deed(
        "Offer the agreement",
        "The establishment is asked to read and sign the version that is open now.",
        "1a",
        "Offer the agreement",
        "The agreement is offered.",
        forms.PlainForm,
        lambda actor, laestab, form: sign_agreement.offer(actor, laestab),
    ),
    "hand-over": Deed(
        "Hand over another privacy notice",
        "The notice you handed over was returned. This one takes its place, and an officer reads it.",
        "2a",
        "Hand over the notice",
        "The notice is handed over. An officer of the local authority reads it.",
        forms.NoticeFileForm,
        _hand_over,
    ),
    "countersign": Deed(
        "Countersign the agreement",
        "The establishment has signed, its privacy notice is confirmed and its ICO registration is in date. "
        "Countersigning brings the agreement into force today and makes the signed document for both parties.",
        "1a",
        "Countersign",
        "The agreement is in force. The signed document is below.",
        forms.PlainForm,
        lambda actor, laestab, form: sign_agreement.countersign(actor, laestab),
        supposes="sign",
    ),
    "ico": Deed(
        "Record an ICO registration",
        "Without a registration in date the agreement stops after its days of grace.",
        "4h",
        "Record the registration",
        "The registration is recorded.",
        forms.IcoForm,
        _ico,
    ),
    "suspend": Deed(
        "Suspend the agreement for {suspension_days} days",
        "Either party may do this with evidence that security was seriously breached. It takes effect the moment "
        "you confirm: files half sent, open pages, waiting work and downloads under the agreement stop. What the law "
        "requires goes on. Both parties get a signed statement of what stopped and when.",
        "7c",
        "Suspend now",
        "The agreement is suspended. The statement of what stopped is below.",
        forms.SuspendForm,
        _suspend,
        supposes="suspend",
        grave=True,
    ),
    "lift": Deed(
        "Lift the suspension",
        "Only the party that suspended lifts it early. What was stopped may go on at once.",
        "7c",
        "Lift the suspension",
        "The suspension is lifted. The statement of what goes on again is below.",
        forms.PlainForm,
        lambda actor, laestab, form: ending.lift(actor, laestab),
    ),
    "give-notice": Deed(
        "Give notice to end the agreement",
        "Either party may end the agreement with at least {notice_days} days' notice in writing. It holds until then.",
        "7d",
        "Give notice",
        "Notice is given. The statement of what stops on its last day is below.",
        forms.NoticeOfEndForm,
        lambda actor, laestab, form: ending.give_notice(
            actor, laestab, form.cleaned_data["ends"], form.cleaned_data["letter"]
        ),
        supposes="notice",
        grave=True,
    ),
    "propose-withdrawal": Deed(
        "Propose to take the notice back",
        "A notice that was given ends the agreement on its day. It is taken back if both parties want it: you propose "
        "it, and the other party agrees before the notice has run out. Until they agree nothing changes.",
        "7d",
        "Propose it",
        "It is proposed. The other party is asked to agree.",
        forms.WithdrawalForm,
        lambda actor, laestab, form: ending.propose_withdrawal(actor, laestab, form.cleaned_data["letter"]),
    ),
    "withdraw-notice": Deed(
        "Agree to take the notice back",
        "The other party proposes to take the notice back. If you agree, the agreement goes on as if none had been "
        "given; if you do nothing, it ends on its day.",
        "7d",
        "Agree: the agreement goes on",
        "The notice is taken back. The statement of what goes on is below.",
        forms.PlainForm,
        lambda actor, laestab, form: ending.withdraw_notice(actor, laestab),
    ),
    "end": Deed(
        "Record that the agreement has ended",
        "The agreement ended on the last day of its notice. Recording it makes the end part of its history.",
        "7d",
        "Record the end",
        "The end is recorded.",
        forms.PlainForm,
        lambda actor, laestab, form: ending.end(actor, laestab),
    ),
    "install": Deed(
        "Permit a remote installation",
        "You may let the support contractor install the school-side program: one named engineer, one machine, a window "
        "of hours, and for nothing else. You may take it back at any time.",
        "2d",
        "Give permission",
        "Permission is given.",
        forms.InstallForm,
        _install,
    ),
    "withdraw": Deed(
        "Take back the permission to install",
        "The contractor's next request is refused.",
        "2d",
        "Take it back",
        "The permission is taken back.",
        forms.PlainForm,
        lambda actor, laestab, form: permit_install.withdraw(actor, laestab),
    ),
}


@flow("agreement-life")
@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, laestab: str, name: str) -> HttpResponse:
    """One deed: shown, and done when it is posted. Refused by the clauses, it is shown again with the clause."""
    actor, one = asking(request), DEEDS[name]
    form = one.form(request.POST, request.FILES) if request.method == "POST" else one.form()
    status, refusal = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            one.act(actor, laestab, form)
        except Refused as no:
            status, refusal = no_in_form(form, no), no.refusal
        except Trouble as trouble:
            form.add_error(None, said(trouble))
        else:
            messages.success(request, one.done)
            return redirect("agreement_of", laestab=laestab)
    if form.is_bound and status == 200:
        status = 400
    supposed = what_if.suppose(actor, laestab, what_if.Supposed(one.supposes)) if one.supposes else None
    context = {
        "deed": one,
        "title": filled(one.title),
        "words": filled(one.words),
        "deed_clause": clause(one.clause),
        "form": form,
        "refusal": refusal,
        "supposed": supposed,
        "proposal": ending.proposed(actor, laestab) if name == "withdraw-notice" else None,
        "laestab": laestab,
        "place": place(actor, laestab),
        "back": {"href": f"/agreement/{laestab}", "text": "Back to the agreement"},
    }
    return render(request, "pages/agreement_deed.html", context, status=status)


def filled(text: str) -> str:
    """Words with the agreement's own periods in their places."""
    return text.format_map(asdict(standings.agreement().terms.periods))


def no_in_form(form: GovukForm, no: Refused) -> int:
    """Put a refusal where the error summary tells it; the status of a refusal."""
    form.add_error(None, f"{said(no)} (clause {clause_number(no.clause)})")
    return 403


def said(trouble: Trouble) -> str:
    """A trouble in one line: what, and what to do."""
    told = trouble.refusal.remedy if isinstance(trouble, Refused) else trouble.todo
    return " ".join(one for one in (trouble.what, told) if one)
