"""Addresses of sign-in, of a person's own pages, and of the manager's."""

from __future__ import annotations

from django.urls import path

from concord.web.pages import elsewhere, invitations, passkeys, people, person, preparing, security, session

urlpatterns = [
    path("sign-in/second-proof", session.second_proof, name="second_proof"),
    path("sign-in/with/<slug:provider>", elsewhere.go, name="sign_in_with"),
    path("sign-in/with/<slug:provider>/back", elsewhere.back, name="sign_in_back"),
    path("passkey/new", passkeys.begin_new),
    path("passkey/new/answer", passkeys.finish_new),
    path("passkey/invited", passkeys.begin_invited),
    path("passkey/invited/answer", passkeys.finish_invited),
    path("passkey/<slug:kind>", passkeys.begin),
    path("passkey/<slug:kind>/answer", passkeys.finish),
    path("invitation", invitations.invited, name="invited"),
    path("invitation/second-proof", invitations.second, name="invited_second"),
    path("invitation/<str:word>", invitations.invitation, name="invitation"),
    path("account", security.account, name="account"),
    path("account/access", preparing.mine, name="my_access"),
    path("account/sessions/<uuid:ref>/end", security.end_session, name="end_session"),
    path("account/passkeys/new", security.new_passkey, name="new_passkey"),
    path("account/passkeys/<uuid:ref>/remove", security.remove_proof, name="remove_passkey"),
    path("account/app", security.new_app, name="new_app"),
    path("account/app/remove", security.remove_proof, {"ref": "app"}, name="remove_app"),
    path("account/recovery-codes", security.recovery_codes, name="recovery_codes"),
    path("account/password", security.password, name="password"),
    path("prove-again", security.prove_again, name="prove_again"),
    path("training", preparing.training, name="training"),
    path("declaration", preparing.declaration, name="declaration"),
    path("roles", preparing.roles, name="roles"),
    path("people", people.listed, name="people"),
    path("people/new", people.new, name="people_new"),
    path("people/confirm", people.confirm, name="people_confirm"),
    path("people/<uuid:ref>", person.person, name="person"),
    path("people/<uuid:ref>/again", people.again, name="person_again"),
    *(
        path(f"people/<uuid:ref>/{what}", person.change, {"what": what}, name=f"person_{what}")
        for what in person.CHANGES
    ),
]
