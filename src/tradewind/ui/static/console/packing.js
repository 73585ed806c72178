/* Packing without waiting: scans are sent one after the other while the next is typed, and the page is renewed in place.
   Without it each scan is a form that loads the page again. */
(() => {
  "use strict";

  const place = () => document.querySelector("[data-packing]");
  const waiting = [];
  let busy = false;

  const renew = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html").querySelector("[data-packing]");
    if (!next) return false;
    const typed = place().querySelector("[data-scan] [name=code]")?.value ?? "";
    place().replaceWith(next);
    const field = next.querySelector("[data-scan] [name=code]");
    if (field) {
      field.value = typed;
      field.focus({ preventScroll: true });
    }
    return true;
  };

  const send = async (address, fields) => {
    const version = place().querySelector("[name=version]");
    const token = place().querySelector("[name=csrfmiddlewaretoken]");
    if (!version || !token) return false;
    const body = new URLSearchParams(fields);
    body.set("version", version.value);
    body.set("csrfmiddlewaretoken", token.value);
    const answer = await fetch(address, { method: "POST", body });
    return renew(await answer.text());
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const [address, fields] = waiting.shift();
      let isDone = false;
      try {
        isDone = await send(address, fields);
      } catch {
        /* The connection broke: the page says what was counted. */
      }
      if (!isDone) {
        waiting.length = 0;
        location.reload();
      }
    }
    busy = false;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-scan], [data-count]")) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => typeof name === "string");
    if (form.matches("[data-scan]")) form.elements.code.value = "";
    waiting.push([form.action, fields]);
    void work();
  });
})();
