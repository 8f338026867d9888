/* The editor of a course or session: rows without a reload, times read back while they are typed, drafts on the server. */
import { start as startConflicts } from "./conflicts.js";
import { start as startCounters } from "./counters.js";
import { start as startDrafts } from "./drafts.js";
import { start as startParts } from "./parts.js";
import { start as startReading } from "./reading.js";
import { start as startRows } from "./rows.js";

for (const form of document.querySelectorAll("form[data-editor]")) {
  startRows(form);
  startReading(form);
  startConflicts(form);
  startCounters(form);
  if (form.dataset.draft) startDrafts(form);
}

document.querySelectorAll(".editor__parts").forEach(startParts);
