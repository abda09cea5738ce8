"""Sends what is due, each target in a thread of its own and one thing at a time: none delays another.

Runs in a process of its own. What it takes is marked before it is sent; storage/sending.py says what a crash
then means.
"""

import logging
import random
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from core.clock import utcnow
from publisher.push.backoff import NotSent, failure
from publisher.push.sending import Context, NotNeeded, Sending
from publisher.push.targets import shown
from storage.records.delivery import Delivery
from storage.store import Store

log = logging.getLogger(__name__)

# Targets served at the same moment.
THREADS = 16
# Nothing new is begun after this: the process ends, and another one goes on.
SECONDS = 120.0


@dataclass(kw_only=True, slots=True)
class Sent:
    """What one run did. `failed` counts tries, `dead` those that will not be tried again."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    dropped: int = 0


class Sender:
    """One run over the outbox. `stop()` lets what is in hand come to its end and begins nothing new."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        # A store takes one thread at a time.
        self._lock = threading.Lock()
        self._sending = Sending(store, self._lock, context)
        self._stopped = threading.Event()
        self._done = Sent()

    def stop(self) -> None:
        """Begin nothing new. Any thread, or a signal's handler, may call it."""
        self._stopped.set()

    def run(self, *, linger: float = 0.0) -> Sent:
        """Send until nothing was due for `linger` seconds. Only one process may: the caller sees to that."""
        active = time.monotonic()
        until = active + SECONDS
        cut_off = self._store.settle_cut_off(now=utcnow())
        if cut_off:
            log.warning("%d deliveries were cut off by a crash; see `policywire push dead`", cut_off)
        busy: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(THREADS, thread_name_prefix="push") as pool:
            while True:
                if time.monotonic() > until:
                    self.stop()
                for target in self._due(set(busy)):
                    busy[target] = pool.submit(self._serve, target)
                if not busy:
                    if self._stopped.is_set() or time.monotonic() - active >= linger:
                        return self._done
                    self._stopped.wait(1)
                    continue
                active = time.monotonic()
                # A second: what becomes due meanwhile need not wait for the slowest target.
                done, _ = wait(busy.values(), timeout=1, return_when=FIRST_COMPLETED)
                for target in [target for target, future in busy.items() if future in done]:
                    busy.pop(target).result()

    def _due(self, busy: set[str]) -> list[str]:
        if self._stopped.is_set():
            return []
        with self._lock:
            due = self._store.due_targets(now=utcnow())
        mine = [target for target in due if target not in busy and self._context.serves(target)]
        return mine[: THREADS - len(busy)]

    def _serve(self, target: str) -> None:
        """Send to one target until nothing is due to it, or it fails."""
        while not self._stopped.is_set():
            with self._lock:
                delivery = self._store.take_delivery(target, now=utcnow())
            if delivery is None or not self._send(delivery):
                return

    def _send(self, delivery: Delivery) -> bool:
        """Send one thing; return whether its target is well."""
        name = shown(delivery.target, self._context.settings)
        try:
            self._sending.send(delivery)
        except NotNeeded as reason:
            with self._lock:
                self._store.drop_delivery(delivery, str(reason))
            self._done.dropped += 1
            log.info("push target=%s delivery=%d dropped: %s", name, delivery.id, reason)
            return True
        except NotSent as error:
            self._failed(delivery, error, name)
            return False
        with self._lock:
            self._store.delivered(delivery, now=utcnow())
        self._done.sent += 1
        log.info("push target=%s delivery=%d sent", name, delivery.id)
        return True

    def _failed(self, delivery: Delivery, error: NotSent, name: str) -> None:
        now = utcnow()
        told = failure(error, delivery, draw=random.random(), now=now)  # noqa: S311 - spreads retries
        give_up = self._context.settings.push.give_up
        with self._lock:
            dead = self._store.not_delivered(delivery, told, give_up=give_up, now=now)
        if dead:
            self._sending.bury(delivery)
        self._done.failed += 1
        self._done.dead += dead
        log.warning(
            "push target=%s delivery=%d try=%d failed: %s; %s",
            name,
            delivery.id,
            delivery.tries + 1,
            error,
            "given up, see `policywire push dead`" if dead else "tried again later",
        )
