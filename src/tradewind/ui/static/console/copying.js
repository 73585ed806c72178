/* A button that copies what stands beside it. Without it the text is there to be marked. */
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-copy]")) {
    // Browsers lend the clipboard to pages that came over a safe connection only.
    if (!navigator.clipboard) continue;
    const text = button.parentElement.querySelector("[data-copied]").textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.said;
    });
  }
})();
