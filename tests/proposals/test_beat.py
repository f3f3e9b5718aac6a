"""Reminders and mails of the day under a real beat and a real worker: sent once, though beat comes twice."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from deploy.processes import Child
from icm_portal.accounts.models import User
from icm_portal.accounts.zones import zone
from proposals.actions.mail import choose_mail
from proposals.models import Digest, Notification, Proposal, Reminder
from proposals.queries.digest import HOUR
from tests.services.fixtures import is_idle
from tests.services.live import beat
from tests.worlds import World

PATIENCE = 90
#: What beat is watched for.
BOTH = {"reminders", "mail-of-the-day"}


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)


def where_it_is_day() -> str:
    """A time zone in which mails of the day go out now."""
    now = timezone.now()
    names = ("America/New_York", "Pacific/Honolulu", "Pacific/Guam")
    return next(name for name in names if now.astimezone(zone(name)).hour >= HOUR)


@pytest.mark.django_db(transaction=True)
def test_beat_has_reminders_and_mails_of_the_day_sent_once(
    celery_worker_process: Child, redis_url: str, world: World
) -> None:
    now = timezone.now()
    choose_mail(actor=world.ohio.editor, wanted={"reminder": "daily", "step": "daily"}, now=now)
    User.objects.filter(pk=world.ohio.editor.user.pk).update(time_zone=where_it_is_day())
    world.questioned()
    tomorrow, lately = (now + timedelta(days=1)).date(), now - timedelta(days=3)
    Proposal.objects.update(due_on=tomorrow, turn_since=lately, status_since=lately)
    logs = Path(settings.DATA_DIR) / "log"
    for _ in range(2):
        with beat(connection.settings_dict, redis_url, logs) as process, Redis.from_url(redis_url) as queue:
            wait_until(lambda: set(re.findall(r"Sending due task ([\w-]+)", process.log.read_text())) >= BOTH)
            wait_until(lambda: is_idle(queue))
            wait_until(lambda: Reminder.objects.filter(sent_at__isnull=False, when="now").count() == 2)
            wait_until(Digest.objects.exists)

    wait_until(lambda: not Notification.objects.filter(when="daily", sent_at=None).exists())
    assert Reminder.objects.count() == 3
    assert set(Reminder.objects.filter(when="now").values_list("attempts", flat=True)) == {1}
    assert Digest.objects.get().person == world.ohio.editor.user
