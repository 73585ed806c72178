// Small comforts of the buyers' pages. Every page works without them.
{
  // "Order by …" becomes "Order within 5 h 12 min", kept up to date. When the hour has passed, the dates are asked for anew:
  // those on the page hold no longer. Where nothing newer comes, the server's words stand.
  const renew = async (time) => {
    const box = time.closest(".promise");
    if (!box || box.contains(document.activeElement)) return false;
    const answer = await fetch(location.href).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page && page.querySelector(".promise");
    if (!fresh || fresh.querySelector("[data-countdown]")?.dateTime === time.dateTime) return false;
    box.replaceWith(fresh);
    countDown(fresh);
    return true;
  };

  const countDown = (root) => {
    for (const time of root.querySelectorAll("[data-countdown]")) {
      const said = time.innerHTML;
      const until = Date.parse(time.dateTime);
      let tries = 0;
      const show = async () => {
        const left = Math.floor((until - Date.now()) / 60000);
        if (!time.isConnected) return;
        if (left >= 24 * 60) {
          setTimeout(show, 3600000);
          return;
        }
        if (left < 0) {
          time.innerHTML = said;
          // The clocks of server and browser differ a little.
          if (tries++ < 5 && !(await renew(time))) setTimeout(show, 20000);
          return;
        }
        const { hours, minute, minutes, within } = time.dataset;
        const long = hours.replace("{hours}", Math.floor(left / 60)).replace("{minutes}", left % 60);
        const duration = left < 60 ? (left > 1 ? minutes : minute).replace("{number}", Math.max(left, 1)) : long;
        time.textContent = within.replace("{duration}", duration);
        setTimeout(show, Math.min(20000, until - Date.now() + 500));
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
