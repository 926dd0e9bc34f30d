import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('replique', '0004_voices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True, default='')),
                ('state', models.CharField(choices=[('open', 'Open'), ('waiting', 'Waiting'), ('closed', 'Closed'), ('merged', 'Merged')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField()),
            ],
            options={
                'ordering': ['case', '-entry'],
            },
        ),
        migrations.CreateModel(
            name='CaseItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(choices=[('use', 'Use'), ('occurrence', 'Occurrence'), ('agreement', 'Agreement'), ('file', 'File'), ('letter', 'Letter'), ('report', 'Report')], max_length=12)),
                ('key', models.CharField(max_length=300)),
                ('name', models.CharField(blank=True, default='', max_length=300)),
                ('added', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CaseMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('text', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('struck_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CaseParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('production', 'Production'), ('company', 'Company')], max_length=12)),
                ('name', models.CharField(max_length=300)),
                ('part', models.CharField(blank=True, default='', max_length=80)),
                ('added', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['kind', 'name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CaseTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('text', models.CharField(max_length=300)),
                ('due', models.DateField(null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('dropped', 'Dropped')], default='open', max_length=8)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Confidant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('code_sha256', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('language', models.CharField(default='en', max_length=5)),
                ('roles', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('language', models.CharField(default='en', max_length=5)),
                ('roles', models.JSONField(default=list)),
                ('joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('left_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MemberKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('public', models.CharField(max_length=64, unique=True)),
                ('locked', models.BinaryField()),
                ('state', models.CharField(choices=[('current', 'Current'), ('waiting', 'Waiting'), ('retired', 'Retired')], default='current', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReadingMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200)),
                ('until', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('sealed', models.BinaryField()),
                ('threshold', models.PositiveSmallIntegerField()),
                ('parts', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Testimony',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('name', models.CharField(max_length=32, unique=True)),
                ('about', models.CharField(blank=True, default='', max_length=200)),
                ('sealed', models.BinaryField()),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TestimonyReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger_nonce', models.CharField(editable=False, max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='merged_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='replique.case'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='replique.case'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='moved_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.case'),
        ),
        migrations.AddField(
            model_name='caseitem',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='replique.case'),
        ),
        migrations.AddField(
            model_name='casemember',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='replique.case'),
        ),
        migrations.AddField(
            model_name='casenote',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='replique.case'),
        ),
        migrations.AddField(
            model_name='caseparty',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='replique.case'),
        ),
        migrations.AddField(
            model_name='caseparty',
            name='performer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='replique.performer'),
        ),
        migrations.AddField(
            model_name='casetask',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='replique.case'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='performer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confidants', to='replique.performer'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='performer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.performer'),
        ),
        migrations.AddField(
            model_name='member',
            name='performer',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='member', to='replique.performer'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='replique.member'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='used_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='confidant',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confidences', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casetask',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casetask',
            name='who',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='replique.member'),
        ),
        migrations.AddField(
            model_name='caseparty',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casenote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casenote',
            name='struck_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casemember',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='casemember',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='replique.member'),
        ),
        migrations.AddField(
            model_name='caseitem',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='case',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='case',
            name='lead',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='replique.member'),
        ),
        migrations.AddField(
            model_name='memberkey',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='replique.member'),
        ),
        migrations.AddField(
            model_name='readingmark',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='recovery',
            name='lost_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='replique.memberkey'),
        ),
        migrations.AddField(
            model_name='recovery',
            name='new_key',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recovery', to='replique.memberkey'),
        ),
        migrations.AddField(
            model_name='recoveryanswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='recoveryanswer',
            name='recovery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='replique.recovery'),
        ),
        migrations.AddField(
            model_name='recoverypart',
            name='confidant_key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held_parts', to='replique.memberkey'),
        ),
        migrations.AddField(
            model_name='recoverypart',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recovery_parts', to='replique.memberkey'),
        ),
        migrations.AddField(
            model_name='recoveryanswer',
            name='part',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='replique.recoverypart'),
        ),
        migrations.AddField(
            model_name='testimony',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='testimony', to='replique.member'),
        ),
        migrations.AddField(
            model_name='testimony',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='testimony', to='replique.case'),
        ),
        migrations.AddField(
            model_name='testimony',
            name='performer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='testimony', to='replique.performer'),
        ),
        migrations.AddField(
            model_name='testimonyreader',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='replique.member'),
        ),
        migrations.AddField(
            model_name='testimonyreader',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='replique.memberkey'),
        ),
        migrations.AddField(
            model_name='testimonyreader',
            name='testimony',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='replique.testimony'),
        ),
        migrations.AddConstraint(model_name='confidant', constraint=models.UniqueConstraint(models.F('performer'), models.F('member'), condition=models.Q(('ended_at', None)), name='confidant_once')),
        migrations.AddIndex(model_name='casetask', index=models.Index(models.F('who'), models.F('state'), models.F('due'), name='case_task_by_who')),
        migrations.AddIndex(model_name='caseparty', index=models.Index(models.F('kind'), models.F('name'), name='case_party_by_name')),
        migrations.AddConstraint(model_name='caseparty', constraint=models.UniqueConstraint(models.F('case'), models.F('kind'), models.F('name'), name='case_party_once')),
        migrations.AddConstraint(model_name='casemember', constraint=models.UniqueConstraint(models.F('case'), models.F('member'), condition=models.Q(('until', None)), name='case_member_once')),
        migrations.AddIndex(model_name='caseitem', index=models.Index(models.F('kind'), models.F('key'), name='case_item_by_key')),
        migrations.AddConstraint(model_name='caseitem', constraint=models.UniqueConstraint(models.F('case'), models.F('kind'), models.F('key'), name='case_item_once')),
        migrations.AddConstraint(model_name='caseevent', constraint=models.UniqueConstraint(models.F('case'), models.F('entry'), name='case_event_once')),
        migrations.AddIndex(model_name='case', index=models.Index(models.F('state'), models.F('id'), name='case_by_state')),
        migrations.AddConstraint(model_name='memberkey', constraint=models.UniqueConstraint(models.F('member'), condition=models.Q(('state', 'current')), name='member_key_one_current')),
        migrations.AddConstraint(model_name='readingmark', constraint=models.UniqueConstraint(models.F('subject'), models.F('member'), name='reading_mark_once')),
        migrations.AddConstraint(model_name='recovery', constraint=models.UniqueConstraint(models.F('lost_key'), condition=models.Q(('done_at', None), ('dropped_at', None)), name='recovery_one_at_a_time')),
        migrations.AddConstraint(model_name='recoverypart', constraint=models.UniqueConstraint(models.F('key'), models.F('confidant_key'), name='recovery_part_once')),
        migrations.AddConstraint(model_name='recoveryanswer', constraint=models.UniqueConstraint(models.F('recovery'), models.F('part'), name='recovery_answer_once')),
        migrations.AddConstraint(model_name='testimonyreader', constraint=models.UniqueConstraint(models.F('testimony'), models.F('key'), name='testimony_reader_once')),
    ]
