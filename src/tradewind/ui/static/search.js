// Suggestions while somebody types in the search box. Without this the box works all the same.
{
  const box = document.querySelector("[data-suggestions]");
  const list = box?.list;
  let asked = "";
  let waiting;

  const ask = async () => {
    const text = box.value.trim();
    if (text.length < (/^[ -~]+$/.test(text) ? 3 : 1) || text === asked) return;
    asked = text;
    const answer = await fetch(`${box.dataset.suggestions}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || box.value.trim() !== text) return;
    const { categories, goods } = await answer.json();
    const options = [...categories, ...goods].map(({ title }) => {
      const option = document.createElement("option");
      option.value = title;
      return option;
    });
    list.replaceChildren(...options);
  };

  box?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
}
