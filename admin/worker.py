"""gunicorn's plain worker with a pulse: between requests it says by which rules it answers."""

from __future__ import annotations

from gunicorn.workers.sync import SyncWorker

from regions.pulse import Pulse


class Worker(SyncWorker):  # type: ignore[misc]  # gunicorn ships no types
    """One worker; its pulse beats in its own thread of work, never beside a request."""

    pulse: Pulse | None = None

    def run(self) -> None:
        """Serve until told to end."""
        self.pulse = Pulse(self.wsgi.extensions["platform"])
        try:
            super().run()
        finally:
            self.pulse.end()

    def notify(self) -> None:
        """Tell gunicorn that it lives, and the database."""
        super().notify()
        if self.pulse is not None:
            self.pulse.beat()
