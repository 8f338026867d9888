/* Sends the file of a form and shows how far it is; gives the answer, or `{message}` with what to do. */
import { show } from "./dom.js";

const LOST = "The file did not arrive. Try again when the line is back; it is still chosen.";

export const sendFile = ({ url, csrf, form, bar }) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    body.set("_key", form.dataset.key ?? crypto.randomUUID());
    form.dataset.key = body.get("_key");
    const done = (told) => {
      show(bar, false);
      form.removeAttribute("aria-busy");
      // A file that was taken, or refused for what it is, is another act the next time.
      if (told.message !== LOST) delete form.dataset.key;
      resolve(told);
    };
    request.upload.addEventListener("progress", ({ loaded, total }) => Object.assign(bar, { max: total || 1, value: loaded }));
    request.addEventListener("load", () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* a page, not an answer */ }
      if (request.status < 300) done(told);
      else done({ message: told.errors?.file ?? told.detail ?? told.message ?? LOST });
    });
    request.addEventListener("error", () => done({ message: LOST }));
    request.addEventListener("timeout", () => done({ message: LOST }));
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf);
    Object.assign(bar, { max: 1, value: 0 });
    show(bar, true);
    form.setAttribute("aria-busy", "true");
    request.send(body);
  });
