// Small comforts of the buyers' pages. Every page works without them.
{
  // By how much this clock is ahead of the server's, once an answer has told.
  let ahead = 0;
  const now = () => Date.now() - ahead;

  // "Order by …" becomes "Order within 5 h 12 min", kept up to date. When the hour has passed, the server's words stand.
  const countDown = (root) => {
    for (const time of root.querySelectorAll("[data-countdown]")) {
      const said = time.innerHTML;
      const until = Date.parse(time.dateTime);
      const show = () => {
        const left = Math.floor((until - now()) / 60000);
        if (!time.isConnected) return;
        if (left >= 24 * 60) {
          setTimeout(show, 3600000);
          return;
        }
        if (left < 0) {
          time.innerHTML = said;
          return;
        }
        const { hours, minute, minutes, within } = time.dataset;
        const long = hours.replace("{hours}", Math.floor(left / 60)).replace("{minutes}", left % 60);
        const duration = left < 60 ? (left > 1 ? minutes : minute).replace("{number}", Math.max(left, 1)) : long;
        time.textContent = within.replace("{duration}", duration);
        setTimeout(show, Math.min(20000, until - now() + 500));
      };
      show();
    }
  };

  // The dates in a box hold until the first of its ways leaves; then they are asked for anew, and until newer ones have come. Nobody is
  // disturbed who is choosing a country in it.
  const renew = (box) => {
    const until = Date.parse(box.dataset.until);
    if (!until) return;
    let pause = 20000;
    let next;
    const look = async () => {
      clearTimeout(next);
      if (!box.isConnected) {
        window.removeEventListener("online", look);
        return;
      }
      const left = until - now();
      if (left > 0) {
        next = setTimeout(look, Math.min(left + 500, 3600000));
        return;
      }
      if (box.contains(document.activeElement)) {
        box.addEventListener("focusout", () => setTimeout(look), { once: true });
        return;
      }
      const answer = await fetch(location.href).catch(() => null);
      const told = Date.parse(answer?.headers.get("date"));
      if (told) ahead = Date.now() - told;
      const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && page.querySelector(".promise");
      if (fresh && fresh.dataset.until !== box.dataset.until) {
        box.replaceWith(fresh);
        start(fresh);
        return;
      }
      next = setTimeout(look, pause);
      pause = Math.min(pause * 2, 600000);
    };
    window.addEventListener("online", look);
    look();
  };
  const start = (root) => {
    countDown(root);
    const within = [...root.querySelectorAll(".promise")];
    for (const box of root.matches?.(".promise") ? [root] : within) renew(box);
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
  document.addEventListener("tw:shown", (event) => start(event.target));
  start(document);
  document.querySelectorAll("[data-seen]").forEach(showSeen);
}
