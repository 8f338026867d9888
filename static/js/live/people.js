/* Who is here: figures for everybody. Names are for staff. */
import { clone, keyed, part, text } from "./dom.js";
import { nounFor } from "./select.js";

export const peopleRows = ({ people, staff }, name) => [
  { key: "people", words: `${nounFor(people, "person is", "people are")} here`, more: "names to staff only" },
  { key: "staff", words: `${nounFor(staff, "host or moderator", "hosts and moderators")}`, more: "" },
  { key: "you", words: `You are here as ${name}`, more: "" },
];

export const attachPeople = ({ list }) => (state, before) => {
  if (before?.shared?.presence === state.shared.presence) return;
  keyed(list, peopleRows(state.shared.presence ?? { people: 0, staff: 0 }, state.own.name), {
    key: ({ key }) => key,
    make: () => clone("t-person"),
    update: (row, { words, more }) => {
      text(part(row, "words"), words);
      text(part(row, "more"), more);
    },
  });
};
