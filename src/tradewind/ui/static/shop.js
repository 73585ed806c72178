// Small comforts of the buyers' pages. Every page works without them.
{
  // "Order by …" becomes "Order within 5 h 12 min", kept up to date. When the hour has passed, the server's words stand.
  const countDown = (root) => {
    for (const time of root.querySelectorAll("[data-countdown]")) {
      const said = time.innerHTML;
      const until = Date.parse(time.dateTime);
      const show = () => {
        const left = Math.floor((until - Date.now()) / 60000);
        if (!time.isConnected || left >= 24 * 60) return;
        if (left < 0) {
          time.innerHTML = said;
          return;
        }
        const { hours, minute, minutes, within } = time.dataset;
        const long = hours.replace("{hours}", Math.floor(left / 60)).replace("{minutes}", left % 60);
        const duration = left < 60 ? (left > 1 ? minutes : minute).replace("{number}", Math.max(left, 1)) : long;
        time.textContent = within.replace("{duration}", duration);
        setTimeout(show, 20000);
      };
      show();
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-submit-on-change") && form.reportValidity()) form.requestSubmit();
  });
  document.addEventListener("tw:shown", (event) => countDown(event.target));
  countDown(document);
}
