"""Tables of people: agencies, users, memberships, invitations, and the record of their changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from .roles import Role, Side, roles_of
from .zones import ZONE_NAMES, ZONES, today_in

__all__ = [
    "AccountEvent",
    "AccountVerb",
    "Agency",
    "Invitation",
    "Membership",
    "Role",
    "Side",
    "User",
    "normalized_email",
    "roles_of",
]


#: Nobody aims for more than a year.
MOST_TARGET_DAYS = 365


def normalized_email(email: str) -> str:
    """The one spelling under which an address is stored: no outer spaces, lower case."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes people; an e-mail address is the same whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person; without a password they cannot sign in until they reset it. Raises ValueError without e-mail."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=normalized_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a site administrator who may use the admin site in full."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this e-mail address in any capitals; raises User.DoesNotExist."""
        return self.get(email=normalized_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the login; `is_staff` means site administrator."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=150)
    time_zone = models.CharField(
        max_length=40, blank=True, choices=ZONES, help_text="Blank means the time zone of the agency."
    )
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("site administrator", default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "email")
        constraints = (models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),)

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Bring the address into its one spelling."""
        super().clean()
        self.email = normalized_email(self.email)

    def get_full_name(self) -> str:
        """The name as the person writes it."""
        return self.name

    def get_short_name(self) -> str:
        """The name as the person writes it; we do not take names apart."""
        return self.name


class Agency(models.Model):
    """A state Medicaid agency, or CMS.

    `defaults` holds facts of the jurisdiction with their source:
    ``{"tribes": bool, "fmap": "64.85", "fmap_year": 2026, "confirmed": {"by": name, "on": iso date} | None}``.
    `needs_clearance` says whether its proposals need all their sign-offs before they are submitted. `target_days` is how
    many days CMS aims for in a review, and how many days a state gets for a response unless CMS sets another date.
    """

    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=5, choices=Side.choices)
    jurisdiction = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=40, choices=ZONES)
    is_fictional = models.BooleanField(default=False)
    needs_clearance = models.BooleanField(default=False)
    target_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(MOST_TARGET_DAYS)]
    )
    defaults = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "agencies"
        constraints = (
            models.CheckConstraint(condition=Q(side__in=Side.values), name="agency_side_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2,4}$"), name="agency_code_letters"),
            models.CheckConstraint(condition=Q(time_zone__in=ZONE_NAMES), name="agency_time_zone_known"),
            models.CheckConstraint(
                condition=Q(target_days__gte=1, target_days__lte=MOST_TARGET_DAYS), name="agency_target_days_a_year"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_cms(self) -> bool:
        """Whether this is the federal side."""
        return self.side == Side.CMS

    @property
    def short_name(self) -> str:
        """What people call it in a sentence: the state's name, or CMS."""
        return "CMS" if self.is_cms else self.jurisdiction


class Membership(models.Model):
    """A person's place in an agency; ended, never deleted. `section_ids` null means every section."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    section_ids = models.JSONField(null=True, blank=True, default=None)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day with access.")
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("agency__name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "agency"), condition=Q(ended_at__isnull=True), name="membership_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.agency}"

    def is_active(self, now: datetime) -> bool:
        """Whether it gives access at `now`; the last day counts in the time zone of the agency."""
        if self.ended_at is not None:
            return False
        return self.expires_on is None or today_in(self.agency.time_zone, now) <= self.expires_on


class Invitation(models.Model):
    """An invitation by e-mail, used once. Only a hash of its token is stored; the token itself exists only in the mail."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices)
    section_ids = models.JSONField(null=True, blank=True, default=None)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day with access, once joined.")
    # Null until the mail is sent: unique must not count those.
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True), name="invitation_one_end"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.agency}"

    @property
    def is_open(self) -> bool:
        """Neither used nor withdrawn; it may still have run out."""
        return self.accepted_at is None and self.withdrawn_at is None

    def is_valid(self, now: datetime) -> bool:
        """Whether it can be accepted at `now`."""
        return self.is_open and now < self.valid_until


class AccountVerb(models.TextChoices):
    """What can happen to people and agencies."""

    INVITED = "invited", "invited"
    RESENT = "resent", "sent the invitation again to"
    WITHDREW = "withdrew", "withdrew the invitation of"
    JOINED = "joined", "joined"
    CHANGED = "changed", "changed the membership of"
    ENDED = "ended", "ended the membership of"
    PROFILE = "profile", "changed the profile of"
    FACTS = "facts", "confirmed the facts of"
    CLEARANCE = "clearance", "changed the rule on sign-offs of"
    TARGET = "target", "changed the target days of"
    REVIEWS = "reviews", "changed who reviews by default at"
    DIVISIONS = "divisions", "changed the divisions of"
    ADMINISTERED = "administered", "changed, on the admin site,"


class AccountEvent(models.Model):
    """Append-only record of who did what to whom, and when. The database refuses UPDATE and DELETE."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="account_events")
    verb = models.CharField(max_length=12, choices=AccountVerb.choices)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField(max_length=254, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("agency", "-at", "-id"), name="account_event_recent"),)
        constraints = (
            models.CheckConstraint(condition=Q(verb__in=AccountVerb.values), name="account_event_verb_known"),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.get_verb_display()} {self.subject or self.email or self.agency or ''}".strip()
