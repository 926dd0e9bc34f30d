import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('replique', '0005_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('scan', 'Scan'), ('takes', 'Takes'), ('export', 'Export')], max_length=12)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('finished', 'Finished'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=12)),
                ('what', models.JSONField(default=dict)),
                ('progress', models.JSONField(default=dict)),
                ('stop', models.BooleanField(default=False)),
                ('by', models.CharField(blank=True, default='', max_length=200)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started', models.DateTimeField(null=True)),
                ('ended', models.DateTimeField(null=True)),
                ('beat', models.DateTimeField(null=True)),
                ('error_code', models.CharField(blank=True, default='', max_length=40)),
                ('error_message', models.TextField(blank=True, default='')),
                ('error_advice', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='occurrence',
            index=models.Index(models.F('strength'), models.F('id'), name='occurrence_by_strength'),
        ),
        migrations.AddField(
            model_name='job',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ordered', to='replique.scanrun'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.F('kind'), models.F('state'), name='job_by_state'),
        ),
    ]
