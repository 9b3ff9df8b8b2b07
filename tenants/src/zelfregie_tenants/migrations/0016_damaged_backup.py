from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zelfregie_tenants", "0015_person_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="regionbackup",
            name="damaged_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="beschadigd gevonden op"),
        ),
    ]
