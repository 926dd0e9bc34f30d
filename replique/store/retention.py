"""What is let go of by itself: only the record of finished work in the background, if chosen.

Takes, media, occurrences, judgements, agreements and the ledger are never let go of by a date:
somebody withdraws or removes them.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from replique.store.choices import choices
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.job_models import Job


@guarded()
def let_go(now: dt.datetime | None = None) -> int:
    """Let go of what is older than was chosen; return how many records went."""
    days = choices().work_days
    if days is None:
        return 0
    before = (now or timezone.now()) - dt.timedelta(days=days)
    ended = Job.objects.filter(ended__lt=before)
    # by the record of its search a sender finds, and deletes, what they sent
    sent = {each.name for each in Home.opened().media.glob("*")}
    named = ended.filter(what__has_key="group").values_list("pk", "what__group")
    kept = [number for number, group in named if group in sent]
    return int(ended.exclude(pk__in=kept).delete()[0])
