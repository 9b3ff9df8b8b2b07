from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zelfregie_tenants", "0016_damaged_backup"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageVersion",
            fields=[
                (
                    "schema_name",
                    models.CharField(max_length=63, primary_key=True, serialize=False, verbose_name="schema"),
                ),
                ("number", models.BigIntegerField(default=1, verbose_name="versie")),
            ],
            options={
                "verbose_name": "versie van de pagina's",
                "verbose_name_plural": "versies van de pagina's",
            },
        ),
    ]
