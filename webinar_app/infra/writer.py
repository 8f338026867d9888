"""The writer: work in, one transaction per batch, answers to the hub after the commit.

In a web process it is a real OS thread; with `thread=False` (worker, CLI, tests) each work runs at once.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from webinar_app.core.errors import Busy, DomainError, TryAgain
from webinar_app.infra import runtime
from webinar_app.infra.orm import refusal_of
from webinar_app.infra.plain import Ok, is_set_based, plain

log = logging.getLogger("webinar.writer")
STOP: Any = object()
WINDOW_SECONDS, LONGEST_WINDOW, ENOUGH = 0.002, 0.01, 100
BOUND = 5_000
HOT_WAIT_SECONDS = 0.8
WAIT_SECONDS = 5.0
SLOW_SECONDS = 0.05


class Item(NamedTuple):
    """One queued piece of work."""

    work: Callable[..., Any]
    args: tuple[Any, ...]
    details: dict[str, Any]
    pending: runtime.Pending
    since: float


class Failed(Exception):
    """A bug in one item: logged with its trace, nothing stored."""


Answers = list[tuple[runtime.Pending, Any]]
Effects = list[Callable[[], None]]


def groups_of(items: list[Item]) -> Iterator[list[Item]]:
    """Give a use case alone, in queue order; set-based acts between two of them one group per service."""
    first = items[0].work
    if is_set_based(first) and all(item.work is first for item in items):
        yield items  # as most batches of a vote
        return
    for hot, run in groupby(items, key=lambda item: is_set_based(item.work)):
        groups: dict[Any, list[Item]] = {}
        for number, item in enumerate(run):
            groups.setdefault(item.work.__name__ if hot else number, []).append(item)
        # One order for all processes, so that their row locks never cross.
        yield from (groups[name] for name in sorted(groups))


def may_succeed_again(error: BaseException) -> bool:
    """Say whether a second try can help: serialisation, deadlock, lock timeout, or a lost connection."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", "") in ("40001", "40P01", "55P03")


def ends_batch(error: BaseException, connection: Connection) -> bool:
    """Say whether the whole transaction is lost: SQLite ends it by itself on a full disk and goes on in autocommit."""
    if may_succeed_again(error):
        return True
    raw: Any = None if connection.closed or connection.invalidated else connection.connection.dbapi_connection
    if raw is None:
        return True
    alive = raw.in_transaction if hasattr(raw, "in_transaction") else raw.info.transaction_status in (2, 3)
    return not alive


def refusal(work: Callable[..., Any], error: BaseException) -> BaseException:
    """Turn what one item raised into its outcome, without the frames that hold rows of the thread."""
    if isinstance(error, DomainError):
        return error.with_traceback(None)
    if isinstance(error, IntegrityError) and (named := refusal_of(error)):
        return named
    log.error("write failed: %s", work.__name__, exc_info=error)
    return Failed(f"{type(error).__name__} in {work.__name__}")


class Writer:
    """One connection, one transaction at a time. `session_for(connection)` gives the session of one group."""

    def __init__(
        self,
        engine: Engine | None,
        session_for: Callable[[Connection], Any],
        *,
        thread: bool,
        connection: Connection | None = None,
        biggest: int = 500,
    ) -> None:
        self.engine, self.session_for, self.connection = engine, session_for, connection
        self.thread, self.biggest = thread, biggest
        is_file = engine is not None and engine.dialect.name == "sqlite" and engine.url.database
        self.turn: Any = runtime.Turn(str(engine.url.database)) if engine and is_file else nullcontext()
        self.queue: Any = runtime.SimpleQueue()
        self.done: deque[tuple[Answers, Effects]] = deque()
        self.effects: deque[Callable[[], None]] = deque()
        self.stats = {"batches": 0, "items": 0, "again": 0}
        self.oldest: float | None = None
        self.took = 0.0
        self.closing = self.sent = self.stopped = False
        if thread:
            self.bell, self.effect_bell = runtime.Bell(), runtime.Bell()
            runtime.start_thread(self._run, ())
            runtime.spawn(self._drain)
            runtime.spawn(self._follow)

    def submit(
        self, work: Callable[..., Any], args: tuple[Any, ...], details: dict[str, Any], then: Any = None
    ) -> runtime.Pending:
        """Queue the work; raises `Busy` when too much waits. Never blocks in a web process."""
        item = Item(work, args, details, runtime.Pending(then), time.monotonic())
        if not self.thread:
            self._settle(*self._batch([item]))
            self._run_effects()
            return item.pending
        waits = item.since - self.oldest if self.oldest else 0.0
        limit = HOT_WAIT_SECONDS if is_set_based(work) else WAIT_SECONDS
        if self.closing or waits > limit or (is_set_based(work) and self.queue.qsize() >= BOUND):
            raise Busy
        self.queue.put(item)
        return item.pending

    def stop(self) -> None:
        """Refuse new work; what is queued commits and is answered, then `stopped` is set."""
        self.closing = True
        self.queue.put(STOP)

    # The writer's thread runs the methods from here to `_drop`.

    def _run(self) -> None:
        stop = False
        while not stop:
            batch = self._gather()
            if stop := STOP in batch:
                batch.remove(STOP)
            if batch:
                self.oldest = batch[0].since
                begun = time.monotonic()
                self.done.append(self._batch(batch))
                self.oldest = None
                self.took = time.monotonic() - begun
                if self.took > SLOW_SECONDS:
                    log.info("slow batch items=%d ms=%.0f", len(batch), self.took * 1e3)
                self.bell.ring()
        self.stopped = True
        self.bell.ring()

    def _gather(self) -> list[Item]:
        batch = [self.queue.get()]
        if self.biggest > 1 and self.queue.qsize() < ENOUGH:
            # As long as the last batch took: many small batches would keep the interpreter from the hub.
            runtime.real_sleep(min(LONGEST_WINDOW, max(WINDOW_SECONDS, self.took)))
        try:
            while len(batch) < self.biggest:
                batch.append(self.queue.get_nowait())
        except runtime.Empty:
            pass
        return batch

    def _batch(self, items: list[Item]) -> tuple[Answers, Effects]:
        """Return what one transaction answers; a lost one runs again group by group unless COMMIT was on its way."""
        self.stats["batches"] += 1
        self.stats["items"] += len(items)
        try:
            return self._transaction(items)
        except Exception as error:
            self._drop()
            if self.sent or not may_succeed_again(error):
                return self._lost(items, error)
        answers: Answers = []
        effects: Effects = []
        for group in groups_of(items):
            more = self._again(group)
            answers += more[0]
            effects += more[1]
        return answers, effects

    def _again(self, group: list[Item]) -> tuple[Answers, Effects]:
        """Give one group up to three transactions of its own."""
        for attempt in range(3):
            self.stats["again"] += 1
            try:
                return self._transaction(group)
            except Exception as error:
                self._drop()
                if self.sent or attempt == 2 or not may_succeed_again(error):
                    return self._lost(group, error)
            runtime.real_sleep(0.01 * (attempt + 1))
        raise AssertionError("unreachable: the last attempt returns")

    def _transaction(self, items: list[Item]) -> tuple[Answers, Effects]:
        self.sent = False
        answers: Answers = []
        effects: Effects = []
        if self.connection is None:
            assert self.engine is not None
            self.connection = self.engine.connect()
        inside = self.connection.in_transaction()  # a test's connection
        begun = self.connection.begin_nested if inside else self.connection.begin
        with self.turn, begun() as transaction:
            for group in groups_of(items):
                self._do(group, answers, effects)
            self.sent = True
            transaction.commit()
        return answers, effects

    def _do(self, group: list[Item], answers: Answers, effects: Effects) -> None:
        """Run one group in a fresh session whose transaction is the savepoint; halve it until a culprit is alone."""
        work, half = group[0].work, len(group) // 2
        assert self.connection is not None
        outcomes: list[Any] | None
        try:
            with self.session_for(self.connection) as db, db.begin() as savepoint:
                if is_set_based(work):
                    outcomes = work(db, [item.args[0] for item in group])
                else:
                    outcomes = [Ok(plain(work(db, *group[0].args, **group[0].details)))]
                if len(outcomes) != len(group):
                    raise TypeError(f"{len(outcomes)} outcomes for {len(group)} acts")
                savepoint.commit()  # said aloud: after a swallowed flush error the `with` alone ends in silence
            effects += db.info.get("effects", ())
        except Exception as error:
            if ends_batch(error, self.connection):
                raise
            outcomes = None if half else [refusal(work, error)]
        if outcomes is None:  # outside the `except`, or each log entry would carry ten chained traces
            self._do(group[:half], answers, effects)
            self._do(group[half:], answers, effects)
        else:
            answers += zip([item.pending for item in group], outcomes, strict=True)

    def _lost(self, items: list[Item], error: BaseException) -> tuple[Answers, Effects]:
        log.warning("transaction lost: %s", type(error).__name__, exc_info=error)
        return [(item.pending, TryAgain()) for item in items], []

    def _drop(self) -> None:
        """Forget the connection, whatever state it is in."""
        if self.engine is None:
            return
        connection, self.connection = self.connection, None
        try:
            if connection is not None:
                connection.invalidate()
                connection.close()
        except Exception:
            log.debug("close", exc_info=True)

    # The hub runs the methods from here on.

    def _drain(self) -> None:
        while not (self.stopped and not self.done):
            self.bell.wait()
            while self.done:
                self._settle(*self.done.popleft())

    def _settle(self, answers: Answers, effects: Effects) -> None:
        for pending, outcome in answers:
            try:
                pending.resolve(outcome)
            except Exception:
                log.exception("acknowledge")
        self.effects.extend(effects)
        if effects and self.thread:
            self.effect_bell.ring()

    def _follow(self) -> None:
        """Run effects beside the answers: a slow effect delays no acknowledgement."""
        while True:
            self.effect_bell.wait()
            self._run_effects()

    def _run_effects(self) -> None:
        while self.effects:
            try:
                self.effects.popleft()()
            except Exception:
                log.exception("effect")
