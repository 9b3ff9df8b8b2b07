from django.db import migrations

import zelfregie_core.fields


class Migration(migrations.Migration):
    """The columns stay as they are: what is encrypted is one string of JSON. Existing answers follow at night."""

    dependencies = [
        ("zelfregie_tenants", "0017_page_version"),
    ]

    operations = [
        migrations.AlterField(
            model_name="regiondraft",
            name="data",
            field=zelfregie_core.fields.EncryptedJSONField(blank=True, default=dict, verbose_name="antwoorden"),
        ),
        migrations.AlterField(
            model_name="regiondraft",
            name="decisions",
            field=zelfregie_core.fields.EncryptedJSONField(
                blank=True, db_default={}, default=dict, verbose_name="besluiten"
            ),
        ),
        migrations.AlterField(
            model_name="regiondraft",
            name="messages",
            field=zelfregie_core.fields.EncryptedJSONField(blank=True, default=list, verbose_name="berichten"),
        ),
    ]
