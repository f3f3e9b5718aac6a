"""Each agency says how many days it aims for; its record of people gets a verb for that."""

import django.core.validators
from django.db import migrations, models

from icm_portal.accounts.append_only import protect

VERBS = (
    ("invited", "invited"),
    ("resent", "sent the invitation again to"),
    ("withdrew", "withdrew the invitation of"),
    ("joined", "joined"),
    ("changed", "changed the membership of"),
    ("ended", "ended the membership of"),
    ("profile", "changed the profile of"),
    ("facts", "confirmed the facts of"),
    ("clearance", "changed the rule on sign-offs of"),
    ("target", "changed the target days of"),
    ("administered", "changed, on the admin site,"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clearance"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountevent",
            name="account_event_verb_known",
        ),
        migrations.AddField(
            model_name="agency",
            name="target_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(365),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("target_days__gte", 1), ("target_days__lte", 365)),
                name="agency_target_days_a_year",
            ),
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="accountevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb__in", [verb for verb, _ in VERBS])), name="account_event_verb_known"
            ),
        ),
        # SQLite has rebuilt the table.
        protect("accounts_accountevent"),
    ]
