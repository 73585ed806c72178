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

  // Goods that were seen last. Their numbers are in this cookie alone; the row's place is kept before the page is drawn.
  const remember = (numbers, days) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `tw_seen=${numbers.join(".")}; path=/; max-age=${days * 86400}; samesite=lax${secure}`;
  };
  const showSeen = (section) => {
    const { seen, but } = section.dataset;
    const kept = document.cookie.match(/(?:^|; )tw_seen=([\d.]+)/)?.[1].split(".") ?? [];
    const before = kept.filter((number) => number && number !== but);
    if (but) remember([but, ...before].slice(0, 7), 30);
    section.hidden = before.length === 0;
    section.querySelector("[data-forget]").addEventListener("click", () => {
      remember([], 0);
      section.hidden = true;
    });
    const near = new IntersectionObserver(
      async (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        const answer = await fetch(`${seen}?but=${but}`).catch(() => null);
        const row = answer?.ok ? await answer.text() : "";
        section.querySelector("[data-row]").innerHTML = row;
        section.hidden = !row;
      },
      { rootMargin: "600px" },
    );
    near.observe(section);
  };

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-submit-on-change") && form.reportValidity()) form.requestSubmit();
  });
  document.addEventListener("tw:shown", (event) => countDown(event.target));
  countDown(document);
  document.querySelectorAll("[data-seen]").forEach(showSeen);
}
