"""What is sent to whom, and the people and servers that it is sent to: one outbox for all of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from storage import digests, outbox, push_targets, sending
from storage.connection import Connection
from storage.entries import entry
from storage.publication import watchlists_of
from storage.records.delivery import (
    Announcement,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Failure,
    Outbox,
    Recipient,
    Target,
)
from storage.records.publication import Entry


class DeliveryTables(Connection):
    """The part of the store that knows what is sent to whom."""

    def keep_targets(self, targets: Collection[Target], *, now: datetime) -> dict[str, int]:
        """Know these targets of the config, new ones from now on; return those that have just left it.

        With each how many letters wait for it: they are kept for a week, in which it may come back.
        """
        with self._writing() as db:
            return push_targets.keep_targets(db, targets, now=now)

    def due_targets(self, *, now: datetime) -> list[str]:
        """Return the targets for which something is due."""
        with self._reading() as db:
            return push_targets.due_targets(db, now=now)

    def take_delivery(self, target: str, *, now: datetime) -> Delivery | None:
        """Take the next thing due to a target; what is no news any more is dropped on the way.

        A crash from now on leaves it to `settle_cut_off`.
        """
        with self._writing() as db:
            return sending.take(db, target, now=now)

    def settle_cut_off(self, *, now: datetime) -> int:
        """Settle what a sender left that is not running any more; return how many it had in hand."""
        with self._writing() as db:
            return sending.settle_cut_off(db, now=now)

    def delivered(self, delivery: Delivery, *, now: datetime) -> None:
        """Note that a delivery came through."""
        with self._writing() as db:
            sending.delivered(db, delivery, now=now)

    def drop_delivery(self, delivery: Delivery, reason: str) -> None:
        """Note that a delivery in hand is not to be sent at all."""
        with self._writing() as db:
            sending.end(db, delivery, "dropped", reason)

    def not_delivered(
        self, delivery: Delivery, failure: Failure, *, give_up: timedelta, now: datetime
    ) -> bool:
        """Note that a delivery failed; return whether it is dead now: for good, or tried for `give_up`."""
        with self._writing() as db:
            return sending.not_delivered(db, delivery, failure, give_up=give_up, now=now)

    def deliveries(
        self,
        *,
        state: DeliveryState | None = None,
        kind: DeliveryKind | None = None,
        target: str | None = None,
        limit: int,
    ) -> list[Delivery]:
        """Return deliveries (in one state, of one kind, to one target), newest first."""
        with self._reading() as db:
            return outbox.deliveries(db, state, kind, target, limit)

    def retry_dead(
        self, ids: Collection[int] | None = None, *, target: str | None = None, now: datetime
    ) -> int:
        """Have dead letters (these, or all; of one target) sent again; return how many."""
        with self._writing() as db:
            return sending.retry(db, sending.dead(db, ids, target), now=now)

    def drop_dead(self, ids: Collection[int] | None = None, *, target: str | None = None) -> int:
        """Forget dead letters (these, or all; of one target); return how many."""
        with self._writing() as db:
            return sending.drop(db, sending.dead(db, ids, target))

    def outbox(self) -> Outbox:
        """Return how all targets do."""
        with self._reading() as db:
            return Outbox(targets=tuple(push_targets.targets(db)), counts=outbox.counts(db))

    def announce(self, announcement: Announcement, *, now: datetime) -> None:
        """Have hubs and subscribers told of the feeds whose present content they were not told of yet."""
        with self._writing() as db:
            outbox.announce(db, announcement, now=now)

    def entry(self, id_: str) -> Entry | None:
        """Return an entry as its feed shows it; None where it does not."""
        with self._reading() as db:
            return entry(db, id_)

    def watchlists_of(self, story: int) -> tuple[str, ...]:
        """Return the watchlists that have an entry for a story, by name."""
        with self._reading() as db:
            return watchlists_of(db, story)

    def upkeep_deliveries(self, *, now: datetime) -> dict[str, int]:
        """Forget what was sent long ago; bound what waits, and the dead letters.

        Return the targets that left the config a week ago and are forgotten, with how many letters are lost.
        """
        with self._writing() as db:
            outbox.upkeep(db, now=now)
            return push_targets.forget_gone(db, now=now)

    # Digests

    def close_digest(
        self, target: str, mailboxes: Mapping[str, str], *, end: datetime, now: datetime
    ) -> int | None:
        """Close the digest that ends at `end`: its mails wait from now on. Return how many entries it has.

        `mailboxes` are targets of mails by the digest of the address; whoever has left gets none. None: that
        digest, or a later one, was closed before.
        """
        # Asked every second: only what is to be written waits for its turn to write.
        with self._reading() as db:
            if digests.is_closed(db, target, end=end):
                return None
        with self._writing() as db:
            return digests.close(db, target, mailboxes, end=end, now=now)

    def digest_entries(self, target: str, batch: str) -> list[Entry]:
        """Return what a closed digest has to tell, as the feeds show it now, the newest first."""
        with self._reading() as db:
            return digests.entries(db, target, batch)

    def recipient(self, target: str, address: str, *, token: str) -> Recipient:
        """Return a recipient of a digest, by the digest of the address; a new one gets this token."""
        with self._writing() as db:
            return digests.recipient(db, target, address, token)

    def recipients(self, target: str | None = None) -> list[Recipient]:
        """Return the recipients of digests that were written to, or have left."""
        with self._reading() as db:
            return digests.recipients(db, target)

    def recipient_of(self, token: str) -> Recipient | None:
        """Return whose token this is; None for nobody's."""
        with self._reading() as db:
            return digests.recipient_of(db, token)

    def leave_digest(self, token: str, *, now: datetime) -> Recipient | None:
        """Send no digest to whoever has this token any more; None where nobody has it."""
        with self._writing() as db:
            return digests.leave(db, token, now=now)

    def rejoin_digest(self, target: str, address: str) -> bool:
        """Take back that a recipient has left; False where nobody had."""
        with self._writing() as db:
            return digests.rejoin(db, target, address)
