/* Buttons named "do" add, move and remove rows: the server draws the part anew, and only this part is replaced. */

const neighbour = (part, act) => {
  const path = act.split(".");
  const verb = path.pop();
  if (verb === "up" || verb === "down") {
    const at = Number(path.pop()) + (verb === "up" ? -1 : 1);
    return part.querySelector(`button[value="${[...path, at, verb].join(".")}"]:not(:disabled)`)
      ?? part.querySelector(`button[value^="${[...path, at].join(".")}."]:not(:disabled)`);
  }
  if (verb === "add") {
    const all = [...part.querySelectorAll(`button[value="${act}"]`)];
    const list = all.at(-1)?.closest("p")?.previousElementSibling;
    const fields = list?.lastElementChild?.querySelectorAll("input:not([type=hidden]), select, textarea");
    return fields?.[0] ?? null;
  }
  return part.querySelector("button[value$='.add']");
};

const replace = (form, html, part, act) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return false;
  part.replaceWith(fresh);
  neighbour(fresh, act)?.focus();
  fresh.dispatchEvent(new Event("change", { bubbles: true }));
  form.dispatchEvent(new CustomEvent("rostrum:rows"));
  return true;
};

export const start = (form) => {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const part = button?.name === "do" && button.closest("[data-rows]");
    if (!part) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const body = new FormData(form);
    body.append("do", button.value);
    part.dataset.pending = "";
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      if (response.ok && replace(form, await response.text(), part, button.value)) return;
    } catch { /* Without a connection the page itself is sent, and the browser says what is wrong. */ }
    delete part.dataset.pending;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: button.value }));
    form.submit();
  }, true);
};
