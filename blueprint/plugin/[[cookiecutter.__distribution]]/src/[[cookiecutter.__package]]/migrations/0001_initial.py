import django.db.models.deletion
import wagtail.contrib.routable_page.models
import zelfregie_core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
        ('zelfregie_core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='[[ cookiecutter.model ]]IndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', models.TextField(blank=True, help_text='Eén of twee zinnen, groter dan de rest.', verbose_name='inleiding')),
                ('body', zelfregie_core.fields.PluginStreamField(blank=True, verbose_name='inhoud')),
            ],
            options={
                'verbose_name': "overzicht van [[ cookiecutter.title.lower() ]]",
            },
            bases=(wagtail.contrib.routable_page.models.RoutablePageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='[[ cookiecutter.model ]]',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titel')),
                ('slug', models.SlugField(editable=False, max_length=80, unique=True)),
                ('day', models.DateField(verbose_name='dag')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='plek')),
                ('summary', models.TextField(blank=True, help_text='Staat op de site. Noem geen namen van mensen.', max_length=1000, verbose_name='waar gaat het over')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='zelfregie_core.theme', verbose_name='thema')),
            ],
            options={
                'verbose_name': "[[ cookiecutter.singular ]]",
                'verbose_name_plural': "[[ cookiecutter.title.lower() ]]",
                'ordering': ['day', 'pk'],
            },
        ),
    ]
