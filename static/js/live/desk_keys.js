/* Every act of the desk has a key of its own; `?` shows them in these groups. */
import { register } from "../lib/keys.js";

export const attachKeys = ({ plan, polls, queue, slides, hands, newPoll, changeStage, askToEnd, announce, files, tab }) => {
  const session = "The session";
  register("l", "Launch the next act: 3, 2, 1; again: now", () => { if (plan.isLive()) plan.press(); }, session);
  register("Escape", "Stop the countdown", () => plan.cancel(), session);
  register(".", "Choose the act after it", () => plan.step(1), session);
  register(",", "Choose the act before it", () => plan.step(-1), session);
  register("g", "Go live: 3, 2, 1; again: now", () => { if (!plan.isLive()) plan.press(); }, session);
  register("e", "End the session", askToEnd, session);
  register("h", "Call the next hand; again: take it down", hands.call, session);

  const poll = "The poll on the chart";
  register("n", "New poll", newPoll, poll);
  register("c", "Close it; again: open it again", () => { if (polls.isOpen()) polls.close(); else polls.reopen(); }, poll);
  register("r", "Show or hide the result", polls.reveal, poll);
  register("+", "Give it 30 seconds more", polls.tools.extend, poll);
  register("q", "Pin it, or let it go", polls.tools.pin, poll);
  register("=", "Ask the same once more, to compare", polls.tools.repeat, poll);
  register("x", "Put the closed poll away", polls.tools.archive, poll);

  const stage = "The stage";
  register("ArrowRight", "Next slide", () => slides.step(1), stage);
  register("ArrowLeft", "Slide before", () => slides.step(-1), stage);
  register("PageDown", "Next slide, as a presenter’s remote sends it", () => slides.step(1), stage);
  register("PageUp", "Slide before, as a remote sends it", () => slides.step(-1), stage);
  register("v", "All slides, and new ones", slides.show, stage);
  register("f", "Files for everybody", files, stage);
  register("b", "Announce something", announce, stage);
  register("s", "Change the stage", changeStage, stage);

  const question = "The chosen question";
  register("j", "Next question", () => queue.step(1), question);
  register("k", "Question before", () => queue.step(-1), question);
  register("p", "Publish it", () => queue.run("publish"), question);
  register("t", "Take it up", () => queue.run("answering"), question);
  register("a", "It is answered live", () => queue.run("live"), question);
  register("w", "Answer it in writing", () => queue.run("writing"), question);
  register("i", "I am on it; again: leave it", () => queue.run("claim"), question);
  register("z", "Park it for a follow-up", () => queue.run("park"), question);
  register("m", "Merge it into another", () => queue.run("merge"), question);
  register("d", "Dismiss it with a reason", () => queue.run("dismiss"), question);
  register("u", "Take back what became of it", () => queue.run("back"), question);

  const look = "Where to look";
  register("1", "Questions", () => tab("tab-questions"), look);
  register("2", "Chat", () => tab("tab-chat"), look);
  register("3", "People", () => tab("tab-people"), look);
  register("o", "Questions by votes or by time", queue.turn, look);
};
