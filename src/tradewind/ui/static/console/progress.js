/* Looks every two seconds how far the worker is, and shows the whole page once it has ended. Without it, people reload. */
(() => {
  "use strict";

  const look = async () => {
    const part = document.querySelector("[data-progress]");
    if (!part) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-progress]");
      if (!next) {
        location.reload();
        return;
      }
      part.replaceWith(next);
    } catch {
      /* The connection broke: look again. */
    }
    setTimeout(look, 2000);
  };

  setTimeout(look, 2000);
})();
