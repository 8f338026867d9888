/* The row of figures: who is here, who votes, what waits, and how the line is. Also the list of people. */
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { reactionWords } from "./reactions.js";
import { nounFor, resultOf } from "./select.js";

const KEPT = 40;
const SUMS_STAY = 5000;
const WATCHED_MS = 60_000;

/* Points of a small line over the last values; the highest touches the top. Pure. */
export const sparkPoints = (values, width = 96, height = 32) => {
  if (!values.length) return "";
  const top = Math.max(...values) || 1;
  const step = width / Math.max(1, values.length - 1);
  return values.map((value, place) => `${(place * step).toFixed(1)},${(height - (height * value) / top).toFixed(1)}`).join(" ");
};

export const lineWords = (status, milliseconds) => {
  if (status !== "open") return ["Lost", "connecting again"];
  if (milliseconds === null) return ["Good", "measuring"];
  const word = milliseconds < 300 ? "Good" : milliseconds < 1500 ? "Slow" : "Very slow";
  return [word, `answer in ${Math.round(milliseconds)} ms`];
};

/* How the room's lines are: who was here within the last minute and is not now. `seen` is [[ms, people]], oldest first. Pure. */
export const roomLines = (seen, people, now) => {
  const most = Math.max(people, ...seen.filter(([at]) => now - at <= WATCHED_MS).map(([, count]) => count));
  const lost = most - people;
  if (lost === 0) return ["Steady", "nobody dropped out"];
  const share = Math.round((100 * lost) / most);
  return [String(lost), `of ${most} dropped within a minute${lost > 2 && share >= 10 ? ": look at it" : ""}`];
};

export const attachGauges = ({ gauge, spark }) => {
  const seen = [];
  let last = null;
  let counts = [];
  let sums = null;
  let sumsAt = 0;
  const tell = (name, value, more) => {
    const node = gauge(name);
    text(node.querySelector("[data-value]"), value);
    text(node.querySelector("[data-more]"), more);
  };
  const drawSpark = (people) => {
    // One value alone would draw a slope that never was.
    seen.push(...(seen.length ? [people] : [people, people]));
    if (seen.length > KEPT) seen.shift();
    const points = sparkPoints(seen);
    spark.querySelector("polyline").setAttribute("points", points);
    spark.querySelector("polygon").setAttribute("points", `0,32 ${points} 96,32`);
  };
  const draw = (state) => {
    const { shared, staff, connection } = state;
    const { people = 0, staff: hosts = 0 } = shared.presence ?? {};
    if (shared.presence !== last) {
      last = shared.presence;
      drawSpark(people);
      counts = [...counts.filter(([at]) => Date.now() - at <= WATCHED_MS), [Date.now(), people]];
    }
    const open = staff.polls.find((poll) => poll.state === "open");
    const voters = open ? (resultOf(state, open)?.voters ?? 0) : 0;
    const waiting = staff.questions.filter((question) => question.state === "submitted").length;
    const listed = staff.questions.filter((question) => question.state === "published").length;
    tell("people", people, `in the ${shared.room.state === "live" ? "room" : "lobby"}, and ${nounFor(hosts, "host", "hosts")}`);
    // Whoever voted and left still counts: there are never more votes than people.
    const asked = Math.max(people, voters);
    tell("voted", open ? `${asked ? Math.round((100 * voters) / asked) : 0}\u00a0%` : "–", open ? `${voters} of ${asked}` : "no poll is open");
    tell("questions", waiting, `${listed} listed, ${staff.questions.length} in all`);
    if (state.reactions !== sums) [sums, sumsAt] = [state.reactions, Date.now()];
    const said = sums && Date.now() - sumsAt < SUMS_STAY ? reactionWords(sums) : "";
    tell("hands", staff.hands.length, said || (staff.hands.length ? `first: ${staff.hands[0].name}` : "none is up"));
    tell("room", ...roomLines(counts, people, Date.now()));
    const [word, more] = lineWords(connection.status, draw.roundTrip ?? null);
    tell("line", word, more);
  };
  return { draw, measured: (milliseconds) => { draw.roundTrip = milliseconds; } };
};

export const drawPeople = (list, people, remove) =>
  keyed(list, people.map((person, place) => ({ ...person, place })), {
    key: ({ place }) => place,
    make: () => clone("t-person"),
    update: (row, { name, is_staff: isStaff, is_audience: isAudience, devices, registration }) => {
      const button = part(row, "remove");
      show(button, Boolean(registration));
      attribute(button, "aria-label", `Remove ${name}`);
      button.onclick = () => remove({ name, registration });
      text(part(row, "words"), name);
      text(part(row, "more"), [isStaff ? "Host" : isAudience ? "" : "Not counted", devices > 1 ? `${devices} devices` : ""].filter(Boolean).join(", "));
    },
  });
