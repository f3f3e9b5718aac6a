"""The admin site for site administrators: agencies and people. Memberships change on the people page only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from .models import AccountEvent, AccountVerb, Agency, Invitation, Membership, User
from .record import record

# Django's classes take a type only in the eyes of the type checker.
if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

# Sign-in has one door, with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "ICM Portal, site administration"
admin.site.site_title = "ICM Portal"


class SiteAdmin(Base):
    """Open to site administrators, and every change is on the record; nothing is ever deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Site administrators."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Site administrators."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Site administrators."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody, unless a table says otherwise."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        return False


class ReadOnly(SiteAdmin):
    """A table to look at."""

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        return False


@admin.register(Agency)
class AgencyAdmin(SiteAdmin):
    """Names, time zones and defaults of agencies."""

    # What a state clears inside its own house, and how, is nobody else's business.
    exclude = ("needs_clearance",)
    list_display = ("name", "code", "side", "time_zone", "is_fictional")
    list_filter = ("side", "is_fictional")
    search_fields = ("name", "code", "jurisdiction")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Site administrators."""
        return self.has_module_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> tuple[str, ...]:
        """An agency keeps its code and its side: memberships and proposal numbers hang on them."""
        return ("code", "side") if obj else ()

    def save_model(self, request: HttpRequest, obj: Agency, form: ModelForm[Agency], change: bool) -> None:  # noqa: FBT001
        """Store and put on the record."""
        super().save_model(request, obj, form, change)
        _record(request, form, agency=obj)


@admin.register(User)
class UserAdmin(SiteAdmin):
    """Who may sign in and who is a site administrator. Passwords are reset by mail, never here."""

    fields = ("email", "name", "time_zone", "is_active", "is_staff", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")
    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:  # noqa: FBT001
        """Store, keep the address of the sign-in in step, and put on the record."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
        _record(request, form, subject=obj)


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    """Who belongs where."""

    list_display = ("user", "agency", "role", "expires_on", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "agency")
    search_fields = ("user__name", "user__email", "agency__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Who was invited."""

    fields = ("agency", "email", "role", "expires_on", "invited_by", "valid_until", "accepted_at", "withdrawn_at")
    list_display = ("email", "agency", "role", "valid_until", "accepted_at", "withdrawn_at")
    list_select_related = ("agency",)
    search_fields = ("email", "agency__name")


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnly):
    """The record of changes."""

    list_display = ("at", "actor", "verb", "subject", "email", "agency", "detail")
    list_filter = ("verb",)
    list_select_related = ("actor", "subject", "agency")
    search_fields = ("email", "actor__name", "subject__name", "agency__name")


def _record(request: HttpRequest, form: ModelForm[Any], **about: Any) -> None:
    user = request.user
    if isinstance(user, User) and form.changed_data:
        detail = "Changed: " + ", ".join(form.changed_data)
        about.setdefault("agency", None)
        record(actor=user, verb=AccountVerb.ADMINISTERED, detail=detail, now=timezone.now(), **about)
