/* The next act large, its three seconds, and the list of what comes after it; G goes live by the same button. */
import { serverNow } from "../lib/clock.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { attribute, clone, keyed, part, say, show, text } from "./dom.js";
import { makeLaunch } from "./launch.js";
import { launchWords, nextAct, planOf, stepped } from "./plan.js";
import { may, nounFor } from "./select.js";

const OVER = { ended: "The session has ended", cancelled: "The session is cancelled" };
const MINUTE = 60_000;
const AUDIENCE = { hosts_only: "Only you and the moderators see the result.", after_vote: "Who has voted sees the result.", after_close: "Everybody sees the result after it closes.", always: "Everybody sees the result as it grows.", never: "Only staff ever see the result." };
const NOTES = {
  deck: "They take the stage for everybody.", handout: "Everybody can fetch it; it can be closed again.",
  announcement: "It stands under the picture until you take it down.", spoken: "A word appears here for you to say; everybody types it.",
};
const NEEDS = { poll: "poll:run", deck: "stage:control", handout: "stage:control", announcement: "chat:moderate", spoken: "check:call" };
const DONE_WORDS = { open: "Open", closed: "Closed", archived: "Put away" };

export const attachPlan = ({ store, act, nodes, look }) => {
  let picked = null;
  let held = null;
  const isLive = () => store.get().shared.room.state === "live";
  const people = () => store.get().shared.presence?.people ?? 0;
  const plan = () => {
    const state = store.get();
    return planOf(state).filter(({ kind }) => may(state, NEEDS[kind]));
  };
  const next = () => held ?? nextAct(plan(), picked);

  const set = async (one, open) => {
    if (!(await act("handout.open", { handout: one.code, open }))) return;
    toast(open ? `Everybody can fetch “${one.title.replace(/^File: /, "")}”.` : "It is closed again.", open ? { undo: () => set(one, false), undoLabel: "Close it again" } : {});
  };
  const SEND = {
    poll: async ({ code }) => { look.pick(null); if (await act("poll.open", { poll: code })) toast(`The poll is open for ${nounFor(people(), "person", "people")}.`); },
    deck: async ({ code }) => { if (await act("stage.change", { kind: "slides", address: "", text: "", deck: code })) toast("The slides stand on the stage."); },
    handout: (one) => set(one, true),
    announcement: async ({ code }) => {
      if (await act("announcement.show", { announcement: code, minutes: null })) toast("Everybody sees it under the picture.", { undo: () => act("announcement.withdraw", { announcement: code }) });
    },
    spoken: () => act("check.call", {}),
  };

  const fire = async () => {
    const one = next();
    [held, picked] = [null, null];
    if (!isLive()) {
      if (await act("room.go_live", {})) say("You are on air.");
    } else if (one) {
      await SEND[one.kind](one);
    }
    draw(store.get(), null);
  };

  const note = (one) => {
    const { state } = store.get().shared.room;
    if (state === "ended") return "Everybody was signed out and taken to the evaluation.";
    if (state !== "live") return "3, 2, 1, and Esc takes it back. Until then nobody hears you and nothing counts.";
    if (!one) return "Write a poll, an announcement or send a file below; it stands here at once.";
    if (one.kind !== "poll") return `${NOTES[one.kind]} After 3, 2, 1.`;
    const poll = store.get().staff.polls.find(({ code }) => code === one.code);
    return poll ? `${poll.privacy_words} ${AUDIENCE[poll.visibility]}` : "";
  };

  const drawCount = ({ left, wasStopped }) => {
    const one = next();
    const verb = isLive() ? "Now" : "Go live";
    text(nodes.launchWords, left ? `${verb}${isLive() ? "" : " now"} (${left})` : isLive() && one ? launchWords(one) : "Go live");
    text(nodes.launchNote, left ? "Esc stops it. Nobody has seen anything yet." : note(one));
    attribute(nodes.launch, "data-counting", left > 0);
    if (left === 3) say(`${isLive() && one ? launchWords(one) : verb} in 3 seconds. Escape stops it.`);
    if (wasStopped) { held = null; toast("Stopped. Nobody saw it."); }
  };
  const launch = makeLaunch({ fire, draw: drawCount });
  // What was pressed is what goes out, whatever another moderator plans meanwhile.
  const press = () => {
    if (!launch.isCounting()) held = isLive() ? nextAct(plan(), picked) : null;
    if (!isLive() || held) launch.press();
  };

  const clockOf = (room, minute) => clockIn(new Date(Date.parse(room.went_live_at ?? room.starts_at) + minute * MINUTE), room.time_zone);

  const drawAct = (state) => {
    const { room } = state.shared;
    const one = next();
    const over = OVER[room.state];
    if (room.state !== "live") {
      text(nodes.nextHead, over ? "Done" : `Next, at ${clockIn(new Date(room.starts_at), room.time_zone)}`);
      text(nodes.nextWhat, over ?? `Go live to ${nounFor(people(), "person", "people")} in the lobby`);
    } else {
      const isDue = one?.minute !== null && one && Date.parse(room.went_live_at ?? room.starts_at) + one.minute * MINUTE < serverNow();
      const when = !one ? "" : one.minute !== null ? `, planned for ${clockOf(room, one.minute)}${isDue ? ", due" : ""}` : one.slide !== null ? `, with slide ${one.slide}` : "";
      text(nodes.nextHead, `Next${when}`);
      text(nodes.nextWhat, one ? one.title : "No further act is planned");
    }
    show(nodes.launch, room.state === "live" ? Boolean(one) : !over && may(state, "room:end"));
    if (!launch.isCounting()) drawCount({ left: 0, wasStopped: false });
    text(nodes.launch.querySelector("kbd"), room.state === "live" ? "L" : "G");
  };

  const rowsOf = (state) => {
    const upcoming = next()?.id;
    const past = (state.staff?.polls ?? []).filter(({ state: stand }) => stand !== "draft").map((poll) => ({ id: `poll:${poll.code}`, kind: "poll", code: poll.code, title: poll.question, minute: poll.planned_minute, slide: poll.planned_slide, stand: poll.state, isShown: poll.results_shown }));
    // The next act stands large above; its place in the list would say it twice.
    return [...plan().filter(({ id }) => id !== upcoming || state.shared.room.state !== "live"), ...past];
  };

  const drawList = (state) => {
    const { room } = state.shared;
    const looked = look.shown();
    const all = rowsOf(state);
    keyed(nodes.list, all, {
      key: ({ id, stand }) => `${id} ${stand ? "past" : ""}`,
      make: (one) => {
        const row = clone("t-desk-act");
        part(row, "pick").addEventListener("click", () => {
          if (one.stand) look.pick(one.code);
          else picked = one.id;
          draw(store.get(), null);
        });
        return row;
      },
      update: (row, one) => {
        const onSlide = one.slide === null ? "–" : `p. ${one.slide}`;
        text(part(row, "at"), one.minute === null ? onSlide : clockOf(room, one.minute).replace(/\u00a0.*/, ""));
        text(part(row, "question"), one.title);
        attribute(part(row, "question"), "title", one.title); // it is cut to two lines
        const words = one.stand ? (one.stand === "closed" && one.isShown ? "Shown" : DONE_WORDS[one.stand]) : "";
        text(part(row, "state"), words);
        row.querySelectorAll("[data-kind]").forEach((icon) => show(icon, !words && icon.dataset.kind === one.kind));
        attribute(part(row, "pick"), "aria-current", one.stand && one.code === looked ? "true" : null);
        attribute(row, "data-state", one.stand ?? "draft");
      },
    });
    show(nodes.listEmpty, all.length === 0);
    show(nodes.listHead, all.length > 0);
  };

  const WATCHED = ["polls", "decks", "handouts", "announcements"];
  const draw = (state, before) => {
    const isSame = before?.staff && before.shared && WATCHED.every((key) => before.staff[key] === state.staff?.[key]);
    if (isSame && ["room", "presence", "stage", "check"].every((key) => before.shared[key] === state.shared[key])) return;
    drawAct(state);
    drawList(state);
  };

  const step = (by) => {
    if (launch.isCounting() || !isLive()) return;
    picked = stepped(plan(), next(), by)?.id ?? null;
    draw(store.get(), null);
    say(`Next: ${next()?.title ?? "nothing"}`);
  };

  nodes.launch.addEventListener("click", press);
  return { draw, press, step, cancel: launch.cancel, isLive };
};
