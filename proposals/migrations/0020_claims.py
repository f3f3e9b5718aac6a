"""What replies say was changed for their questions: drafted inside a state, and released with the reply."""

import django.db.models.deletion
from django.db import migrations, models


def _claim(name: str, words: str, target: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("prompt_ids", models.JSONField()),
            ("no_change", models.TextField(blank=True)),
            (
                words,
                models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="claim", to=target),
            ),
        ],
        options={"abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [("proposals", "0019_default_reviewers")]

    operations = [
        _claim("Claim", "comment", "proposals.comment"),
        _claim("DraftClaim", "draft", "proposals.draftcomment"),
    ]
