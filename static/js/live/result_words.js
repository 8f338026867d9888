/* What a result says in words and numbers: the rows of its chart and of the table beside it. Pure. */
import { clockIn } from "../lib/zone_words.js";

const NBSP = "\u00a0";

const percent = (share) => `${share}${NBSP}%`;

const noun = (n, one, many) => `${n}${NBSP}${n === 1 ? one : many}`;

/* The rows of a chart of bars: the poll's options, or what people wrote. */
export const rowsOf = (poll, result) =>
  (result.labels ?? poll.options).map((label, at) => {
    const place = poll.kind === "ranking" ? result.stats?.[at]?.mean : null;
    return {
      key: result.labels ? label : at,
      label,
      count: result.counts[at],
      share: percent(result.shares[at]),
      note: poll.kind === "ranking" ? (place ? `place ${place}` : "") : String(result.counts[at]),
      // Not while it is open: a desk is often seen on a shared screen.
      isRight: poll.state !== "open" && Boolean(poll.quiz?.right.includes(at)),
      before: poll.earlier && !result.labels ? poll.earlier.shares[at] : null,
    };
  });

export const whenBefore = (earlier, zone) => {
  const at = new Date(earlier.at);
  if (earlier.here) return `Before, ${clockIn(at, zone)}`;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: zone }).format(at);
};

export const beforeWords = (earlier, share, zone) => `${whenBefore(earlier, zone)}: ${percent(share)}`;

/* One line under the chart: the middle of a scale, the score of a quiz, what is not shown. */
export const statWords = (poll, result) => {
  const said = [];
  const [first] = result.stats ?? [];
  if (first && !["grid", "ranking"].includes(poll.kind)) said.push(`Mean ${first.mean}, median ${first.median}, spread ${first.spread}.`);
  if (poll.kind === "ranking") said.push("Points: the first place gets the most, the last none.");
  if (poll.quiz?.count != null) said.push(`${poll.quiz.count} of ${noun(result.voters, "answer is", "answers are")} all right.`);
  if (result.more) said.push(`${noun(result.more, "more is", "more are")} not shown here.`);
  if (poll.earlier && !result.labels) said.push(`${noun(poll.earlier.voters, "person", "people")} answered before.`);
  return said.join(" ");
};

/* The same numbers as a table. */
export const twinOf = (poll, result, zone = "UTC") => {
  if (poll.kind === "grid") {
    const width = poll.columns.length;
    const cells = (at) => result.counts.slice(at * width, (at + 1) * width);
    return { head: ["Statement", ...poll.columns, "Mean"], rows: poll.options.map((label, at) => [label, ...cells(at), result.stats[at]?.mean ?? "–"]) };
  }
  const rows = rowsOf(poll, result);
  const head = ["Answer", "Share", poll.kind === "ranking" ? "Points" : "Count"];
  if (poll.kind === "ranking") head.push("Mean place");
  if (poll.earlier && !result.labels) head.push(whenBefore(poll.earlier, zone));
  return {
    head,
    rows: rows.map(({ label, share, count, before }, at) => [
      label, share, count, ...(poll.kind === "ranking" ? [result.stats[at]?.mean ?? "–"] : []), ...(before === null ? [] : [percent(before)]),
    ]),
  };
};
