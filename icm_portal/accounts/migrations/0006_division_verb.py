"""The record of people gets a verb for the divisions of CMS."""

from django.db import migrations, models

from icm_portal.accounts.append_only import protect


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_default_reviewer_verb"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountevent",
            name="account_event_verb_known",
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="verb",
            field=models.CharField(
                choices=[
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
                    ("reviews", "changed who reviews by default at"),
                    ("divisions", "changed the divisions of"),
                    ("administered", "changed, on the admin site,"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "invited",
                            "resent",
                            "withdrew",
                            "joined",
                            "changed",
                            "ended",
                            "profile",
                            "facts",
                            "clearance",
                            "target",
                            "reviews",
                            "divisions",
                            "administered",
                        ],
                    )
                ),
                name="account_event_verb_known",
            ),
        ),
        # SQLite has rebuilt the table.
        protect("accounts_accountevent"),
    ]
