"""Beat's own scheduler after a day on which nothing ran."""

from __future__ import annotations

from datetime import timedelta

from celery.beat import PersistentScheduler


class OverdueScheduler(PersistentScheduler):
    """Sends everything on the schedule at once, then at its times."""

    def setup_schedule(self) -> None:
        """Read the schedule, and put the last run of each entry a day back."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)
