/* Who answered what, asked for when somebody opens the list, where the ballot said that they may. */
import { listWords } from "./ballots.js";
import { keyed, part, show, text } from "./dom.js";

export const mayKnow = (poll, result, isStaff) => Boolean(result) && poll.state !== "draft" && poll.privacy !== "secret" && (isStaff || poll.privacy === "named");

/* `poll()` gives the one that is shown now. */
export const attachPollPeople = ({ node, ask, poll }) => {
  const details = part(node, "people");
  let told = null;
  const fill = async () => {
    const asked = poll();
    if (!details.open || !asked) return;
    told = asked.code;
    const said = (words) => text(part(details, "people-said"), words);
    try {
      const { data } = await ask("poll.people", { poll: asked.code });
      if (told !== asked.code) return;
      said(data.more ? `${data.more} more are in the file of the results.` : data.people.length ? "" : "Nobody has answered yet.");
      keyed(part(details, "people-rows"), data.people.map((one, at) => ({ ...one, at })), {
        key: ({ at }) => at,
        make: () => {
          const row = document.createElement("tr");
          row.append(Object.assign(document.createElement("th"), { scope: "row", dir: "auto" }), Object.assign(document.createElement("td"), { dir: "auto" }));
          return row;
        },
        update: (row, { name, answer }) => { text(row.firstElementChild, name); text(row.lastElementChild, listWords(asked, answer)); },
      });
    } catch (error) {
      said(error.message);
    }
  };
  details.addEventListener("toggle", fill);
  return (result, isStaff) => {
    const current = poll();
    show(details, Boolean(current) && mayKnow(current, result, isStaff));
    if (current && told && told !== current.code) details.open = false;
  };
};
