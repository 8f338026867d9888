// Reads a calendar file from standard input with ical.js and prints what a calendar program would understand, as JSON:
// its method, and for each event the uid, sequence, status and the UTC instants of start and end.
// `--many` reads a JSON list of files and prints a list.
import { readFileSync } from "node:fs";

import ICAL from "ical.js";

function told(time) {
  if (time.isDate) {
    return time.toString();
  }
  if (time.zone === ICAL.Timezone.localTimezone) {
    throw new Error(`floating time ${time}`);
  }
  return new Date(time.toUnixTime() * 1000).toISOString();
}

function understood(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  // Zones come from the file alone: one that is used and not described must show as a failure, not be guessed.
  ICAL.TimezoneService.reset();
  for (const block of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(block));
  }
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      summary: event.summary,
      description: event.description,
      start: told(event.startDate),
      end: told(event.endDate),
    };
  });
  return { method: calendar.getFirstPropertyValue("method"), events };
}

const sent = readFileSync(0, "utf8");
console.log(JSON.stringify(process.argv.includes("--many") ? JSON.parse(sent).map(understood) : understood(sent)));
