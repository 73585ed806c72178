/* Speed of hand: Ctrl+K to the search box, j and k through the rows, "/" to the filters. Without it every page works. */
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

  const move = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    const next = at === -1 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  };

  const focusBox = (event, selector) => {
    const box = document.querySelector(selector);
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      focusBox(event, "[data-find]");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") focusBox(event, "[data-filters] input[type=search], [data-find]");
  });

  // A choice filters at once; typed text waits for Enter.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-filters]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  // One tick for all rows of the page; without scripts the box is not shown.
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll("tbody .c-tick input")) box.checked = all.checked;
    });
  }

  // Empty filters stay out of the address, so that it can be read and sent to a colleague.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    for (const field of event.target.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
  });

  // Coming back must find the form as it was, not with the fields disabled above.
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[data-filters] [disabled]")) field.disabled = false;
  });

  // What was said once is not said again when the page is reloaded.
  if (document.querySelector("[data-notice]")) {
    const address = new URL(location.href);
    address.searchParams.delete("done");
    history.replaceState(null, "", address);
  }
})();
