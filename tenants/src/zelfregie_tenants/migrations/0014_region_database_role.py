from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zelfregie_tenants", "0013_draft_of_a_region"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="database_role",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=63, verbose_name="rol in de database"
            ),
        ),
    ]
