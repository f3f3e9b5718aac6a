"""Addresses of the pages about people."""

from __future__ import annotations

from django.urls import path

from .views import account, invitations, people

app_name = "accounts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/facts/", people.facts, name="facts"),
    path("people/clearance/", people.clearance, name="clearance"),
    path("people/target/", people.target, name="target"),
    path("people/<int:pk>/", people.membership, name="membership"),
    path("people/<int:pk>/end/", people.end_membership, name="end_membership"),
    path("people/invitations/<int:pk>/resend/", invitations.resend, name="resend_invitation"),
    path("people/invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("people/join/<str:token>/", invitations.accept, name="accept_invitation"),
    path("account/", account.account, name="account"),
    path("account/agency/", account.switch, name="switch"),
    path("account/stay/", account.keepalive, name="keepalive"),
    path("account/session/", account.session, name="session"),
]
