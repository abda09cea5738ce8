"""The built-in hub's subscriptions: asked for, confirmed by their callbacks, ended by time or a side."""

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.connection import Connection
from storage.records.delivery import Subscription, SubscriptionRequest

MOST_REQUESTS = 100
_REQUEST_KEPT = timedelta(hours=1)


class SubscriptionTables(Connection):
    """The part of the store that knows who subscribes to feeds at the built-in hub."""

    def ask_subscription(self, asked: SubscriptionRequest, *, most: int, now: datetime) -> bool:
        """Keep a request and have its callback asked; an older one for the same is replaced.

        False: there are too many requests, or `most` subscriptions, already. `asked.id` is ignored.
        """
        with self._writing() as db:
            return _ask(db, asked, most=most, now=now)

    def subscription_request(self, id_: int) -> SubscriptionRequest | None:
        """Return a request that waits to be confirmed."""
        with self._reading() as db:
            row = db.execute("SELECT * FROM subscription_requests WHERE id = ?", [id_]).fetchone()
            return None if row is None else _request(row)

    def confirm_subscription(self, request: SubscriptionRequest, *, version: str, now: datetime) -> None:
        """Do what a request asks. A subscriber begins with the feed as it is, whose digest is `version`."""
        with self._writing() as db:
            _confirm(db, request, version, now)

    def forget_request(self, id_: int) -> None:
        """Forget a request whose callback does not want it."""
        with self._writing() as db:
            _forget_request(db, id_)

    def subscription(self, id_: int) -> Subscription | None:
        """Return a subscription."""
        with self._reading() as db:
            row = db.execute("SELECT * FROM subscriptions WHERE id = ?", [id_]).fetchone()
            return None if row is None else _subscription(row)

    def end_subscriptions(self, ids: Collection[int]) -> None:
        """End subscriptions: their callbacks said so, or were lost."""
        with self._writing() as db:
            for id_ in ids:
                _end(db, id_)

    def expire_subscriptions(self, *, now: datetime) -> None:
        """End the subscriptions whose lease is over, and forget requests that nobody confirmed."""
        with self._writing() as db:
            over = db.execute("SELECT id FROM subscriptions WHERE until <= ?", [to_iso(now)]).fetchall()
            for row in over:
                _end(db, row["id"])
            old = db.execute(
                "SELECT id FROM subscription_requests WHERE at < ?", [to_iso(now - _REQUEST_KEPT)]
            ).fetchall()
            for row in old:
                _forget_request(db, row["id"])


def _ask(db: Database, asked: SubscriptionRequest, *, most: int, now: datetime) -> bool:
    subject = {"topic": asked.topic, "callback": asked.callback}
    known = db.execute(
        "SELECT 1 FROM subscriptions WHERE topic = :topic AND callback = :callback", subject
    ).fetchone()
    held, waiting = (
        db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
        for table in ("subscriptions", "subscription_requests")
    )
    before = db.execute(
        "SELECT id FROM subscription_requests WHERE topic = :topic AND callback = :callback", subject
    ).fetchone()
    if before is not None:
        _forget_request(db, before["id"])
    elif waiting >= MOST_REQUESTS or (known is None and held >= most):
        return False
    id_ = db.execute(
        """INSERT INTO subscription_requests (mode, topic, callback, secret, lease, at)
        VALUES (?, ?, ?, ?, ?, ?)""",
        [
            *(asked.mode, asked.topic, asked.callback, asked.secret),
            *(int(asked.lease.total_seconds()), to_iso(now)),
        ],
    ).lastrowid
    db.execute(
        """INSERT INTO deliveries (kind, target, subject, state, created, due)
        VALUES ('verify', ?, ?, 'waiting', ?, ?)""",
        [f"verify:{id_}", str(id_), to_iso(now), to_iso(now)],
    )
    return True


def _confirm(db: Database, request: SubscriptionRequest, version: str, now: datetime) -> None:
    _forget_request(db, request.id)
    row = db.execute(
        "SELECT id FROM subscriptions WHERE topic = ? AND callback = ?", [request.topic, request.callback]
    ).fetchone()
    if request.mode == "unsubscribe":
        if row is not None:
            _end(db, row["id"])
        return
    until = to_iso(now + request.lease)
    if row is not None:
        db.execute(
            "UPDATE subscriptions SET secret = ?, until = ? WHERE id = ?", [request.secret, until, row["id"]]
        )
        return
    id_ = db.execute(
        "INSERT INTO subscriptions (topic, callback, secret, since, until) VALUES (?, ?, ?, ?, ?)",
        [request.topic, request.callback, request.secret, to_iso(now), until],
    ).lastrowid
    db.execute(
        """INSERT INTO deliveries (kind, target, subject, version, state, created, due)
        VALUES ('update', ?, ?, ?, 'sent', ?, ?)""",
        [f"update:{id_}", request.topic, version, to_iso(now), to_iso(now)],
    )


def _forget_request(db: Database, id_: int) -> None:
    db.execute("DELETE FROM subscription_requests WHERE id = ?", [id_])
    _forget_target(db, f"verify:{id_}")


def _end(db: Database, id_: int) -> None:
    db.execute("DELETE FROM subscriptions WHERE id = ?", [id_])
    _forget_target(db, f"update:{id_}")


def _forget_target(db: Database, target: str) -> None:
    db.execute("DELETE FROM deliveries WHERE target = ?", [target])
    db.execute("DELETE FROM push_targets WHERE target = ?", [target])


def _request(row: sqlite3.Row) -> SubscriptionRequest:
    return SubscriptionRequest(
        id=row["id"],
        mode=row["mode"],
        topic=row["topic"],
        callback=row["callback"],
        secret=row["secret"],
        lease=timedelta(seconds=row["lease"]),
    )


def _subscription(row: sqlite3.Row) -> Subscription:
    return Subscription(
        id=row["id"],
        topic=row["topic"],
        callback=row["callback"],
        secret=row["secret"],
        since=from_iso(row["since"]),
        until=from_iso(row["until"]),
    )
