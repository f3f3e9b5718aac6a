"""The divisions of CMS become rows, beginning with the four that were a list in the program."""

import django.db.models.functions.text
from django.apps.registry import Apps
from django.db import migrations, models

#: Key, name, and what the division looks at.
DEFAULTS = (
    ("policy", "Policy", "Goals, authorities, who takes part and what is covered."),
    ("quality", "Quality", "Measures, targets, evaluation and oversight."),
    ("payment", "Payment", "How providers are paid, shared savings and their safeguards."),
    ("actuarial", "Actuarial", "Baselines, trends, risk and the numbers behind them."),
)


def begin(apps: Apps, _schema_editor: object) -> None:
    """Write the four."""
    division = apps.get_model("proposals", "Division")
    division.objects.bulk_create(
        division(key=key, name=name, looks_at=looks_at, order=order)
        for order, (key, name, looks_at) in enumerate(DEFAULTS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0027_mail_delivery"),
    ]

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("looks_at", models.CharField(blank=True, max_length=200)),
                ("order", models.PositiveSmallIntegerField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("name"), name="division_named_once")
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
