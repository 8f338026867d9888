/* The line to the room: one ticket per attempt, full jitter between attempts, everything acknowledged or sent again. */
import { io } from "../../vendor/socket.io-client/socket.io.esm.min.js";
import { delay, spread } from "./backoff.js";
import { AGAIN, makeOutbox } from "./outbox.js";

const SOON = 10_000;
const FINAL = new Set(["signed_out", "replaced", "cancelled", "removed", "role"]);
const STATES = ["poll.tally", "question.votes", "room.presence", "credit.meter", "reaction.sums"];
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/* Says whether an HTTP answer to the ticket request ends the matter, or is worth another try. */
export const isFinal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

export const openConnection = ({ code, ticketUrl, csrf, store, onSynced = () => {}, onLate = () => {} }) => {
  const outbox = makeOutbox({ place: `outbox.${code}` });
  const sending = new Set();
  const line = { attempt: 0, timer: 0, over: false, busy: false, wish: null, syncing: false, lastSync: 0 };
  const socket = io({ transports: ["websocket"], reconnection: false, autoConnect: false, forceNew: true });
  const tell = (status, more = {}) => store.dispatch({ type: "connection", status, ...more });

  const finish = (reason, message = null) => {
    line.over = true;
    clearTimeout(line.timer);
    socket.disconnect();
    tell("closed", { reason, message });
  };

  const again = (milliseconds) => {
    if (line.over) return;
    clearTimeout(line.timer);
    // From here to the next connect() the socket is not `active`; after that it is, connected or not yet. A second
    // connect() on the way would send CONNECT twice, be refused, and leave a dead line that looks connected.
    socket.disconnect();
    tell("reconnecting");
    line.timer = setTimeout(attempt, milliseconds);
  };

  const fail = (retryAfter) => {
    again(delay(line.attempt, { retryAfter }));
    line.attempt += 1;
  };

  const ticket = async () => {
    const signal = AbortSignal.timeout(SOON);
    const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
    const answer = await fetch(ticketUrl, { method: "POST", headers, signal, cache: "no-store" });
    if (answer.ok) return (await answer.json()).ticket;
    const told = await answer.json().catch(() => ({}));
    if (isFinal(answer.status)) finish(told.code ?? "refused", told.detail ?? told.message ?? null);
    else fail(Number(answer.headers.get("Retry-After")) || 0);
    return null;
  };

  const attempt = async () => {
    if (line.over || line.busy || socket.active) return;
    line.busy = true;
    try {
      const given = await ticket();
      if (!given) return;
      socket.auth = { ticket: given };
      socket.connect();
      // A network that swallows packets gives neither "connect" nor "connect_error".
      line.timer = setTimeout(() => {
        if (socket.connected || line.over) return;
        socket.disconnect();
        fail(0);
      }, SOON);
    } catch {
      fail(0);
    } finally {
      line.busy = false;
    }
  };

  const emit = (name, payload) => socket.timeout(SOON).emitWithAck(name, payload);

  const sync = async () => {
    if (line.syncing || !socket.connected) return;
    line.syncing = true;
    line.lastSync = Date.now();
    const begun = performance.now();
    try {
      const { all, staff, me } = store.get().numbers;
      const answer = await emit("room.sync", { all, staff, me });
      if (!answer.ok) throw answer.error;
      const roundTrip = performance.now() - begun;
      if (answer.data.snapshot) store.dispatch({ type: "snapshot", snapshot: answer.data.snapshot });
      else answer.data.events.forEach((event) => store.dispatch({ type: "event", ...event }));
      line.attempt = 0;
      tell("open");
      onSynced({ roundTrip, snapshot: answer.data.snapshot ?? null });
    } catch (error) {
      if (socket.connected) setTimeout(sync, 1000 * (error?.retry_after ?? 2));
    } finally {
      line.syncing = false;
    }
  };

  const send = async (entry) => {
    const { key } = entry.payload;
    if (sending.has(key) || !socket.connected) return;
    sending.add(key);
    let pause = 0;
    try {
      const answer = await emit(entry.name, entry.payload);
      if (answer.ok || !AGAIN.has(answer.error.code)) {
        if (!outbox.finish(entry, answer)) onLate(entry, answer);
      } else {
        pause = answer.error.retry_after ?? 1;
      }
    } catch {
      // Neither answer nor refusal: the line is down or slow. The same key makes another try safe.
      pause = socket.connected ? 1 : 0;
    }
    if (pause) await wait(1000 * pause + Math.random() * 500);
    sending.delete(key);
    flush();
  };

  const flush = () => {
    if (socket.connected) outbox.heads().forEach(send);
  };

  socket.on("connect", async () => {
    clearTimeout(line.timer);
    await sync();
    flush();
  });
  socket.on("connect_error", (error) => {
    clearTimeout(line.timer);
    const told = error.data;
    if (told?.code && !AGAIN.has(told.code) && !told.code.startsWith("ticket")) finish(told.code, told.message);
    else fail(told?.retry_after ?? 0);
  });
  socket.on("disconnect", () => {
    if (line.over) return;
    // The first try comes soon, so that a short tunnel costs seconds; a server that restarts says when.
    if (line.wish === null) {
      again(delay(line.attempt));
      line.attempt += 1;
    } else {
      again(line.wish);  // the first try after a restart is as soon as any first one
      line.wish = null;
    }
  });
  socket.on("room.restarting", ({ in_s: seconds }) => { line.wish = spread(seconds); });
  socket.on("room.closed", ({ reason }) => {
    if (FINAL.has(reason)) finish(reason);
  });
  socket.on("room.event", ({ audience, ...event }) => store.dispatch({ type: "event", stream: audience, ...event }));
  socket.on("me.event", (event) => store.dispatch({ type: "event", stream: "me", ...event }));
  STATES.forEach((name) => socket.on(name, (payload) => store.dispatch({ type: "state", name, payload })));
  store.subscribe(() => { if (store.get().needsSync) sync(); });

  const wake = () => {
    if (line.over || line.busy || document.hidden) return;
    if (!socket.connected && !socket.active) again(Math.random() * 1000);
    else if (Date.now() - line.lastSync > 15_000) sync();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", wake);

  return {
    start: attempt,
    isUp: () => socket.connected,
    pending: outbox.list,
    onPending: outbox.listen,
    /* Does an act once, however often it has to be sent. Resolves with its data, or rejects with the refusal. */
    act: (name, payload = {}) => {
      const answer = outbox.add(name, payload);
      flush();
      return answer;
    },
    /* Asks for something that needs no key and is worth nothing later. */
    ask: async (name, payload = {}) => {
      const begun = performance.now();
      const answer = await emit(name, payload);
      if (!answer.ok) throw answer.error;
      return { data: answer.data, roundTrip: performance.now() - begun };
    },
    leave: async () => {
      line.over = true;
      if (socket.connected) await Promise.race([emit("room.leave", {}).catch(() => {}), wait(1500)]);
      socket.disconnect();
    },
  };
};
