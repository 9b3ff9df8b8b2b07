from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zelfregie_tenants", "0007_readiness_result"),
    ]

    operations = [
        migrations.AddField(
            model_name="applieditem",
            name="content",
            field=models.JSONField(blank=True, default=None, null=True, verbose_name="inhoud"),
        ),
    ]
