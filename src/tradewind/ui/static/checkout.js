// The checkout with scripts: a change of country, way or method shows the new total at once. Without them, "Update" does.
{
  const form = document.getElementById("checkout");
  let latest = 0;

  // So that letters that can wait come in the daytime of whoever orders, also where the parcel goes elsewhere.
  form.elements.zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

  // form.action would be the button of that name.
  const recalculate = async () => {
    latest += 1;
    const mine = latest;
    const data = new FormData(form);
    data.set("action", "update");
    const button = form.querySelector('[value="place"]');
    // Where nothing can be ordered, there is none.
    if (button) button.disabled = true;
    const sent = { method: "POST", body: new URLSearchParams(data) };
    const answer = await fetch(form.getAttribute("action"), sent).catch(() => null);
    if (mine !== latest) return;
    // Whoever orders now is asked by the server, should the total be another one.
    if (!answer?.ok) {
      if (button) button.disabled = false;
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement;
    for (const name of ["address", "travel", "pay", "summary"]) {
      const fresh = page.getElementById(name);
      if (!fresh) {
        location.reload();
        return;
      }
      document.getElementById(name).replaceWith(fresh);
    }
    const same = focused?.value && form.querySelector(`[name="${focused.name}"][value="${CSS.escape(focused.value)}"]`);
    (same || document.getElementById(focused?.id || "none"))?.focus({ preventScroll: true });
    document.getElementById("summary").dispatchEvent(new Event("tw:shown", { bubbles: true }));
  };

  form.addEventListener("change", (event) => {
    if (event.target.hasAttribute("data-recalculate")) recalculate();
  });

  // A second click while the first is on its way changes nothing; the server would say the same.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}
