// The product page with scripts: choices without a new page, thumbnails without a jump, pictures as large as the screen.
{
  const choose = async (link) => {
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = link.querySelector("span:not(.out-of-sight)").textContent;
    for (const name of ["product", "about"]) document.getElementById(name).replaceWith(page.getElementById(name));
    const product = document.getElementById("product");
    product.dispatchEvent(new Event("tw:shown", { bubbles: true }));
    watch(product);
    for (const other of product.querySelectorAll("[data-choice]")) {
      if (other.querySelector("span:not(.out-of-sight)").textContent === focused) other.focus({ preventScroll: true });
    }
    return true;
  };

  // Marks the thumbnail of the picture that stands in the gallery.
  const watch = (product) => {
    const thumbs = new Map([...product.querySelectorAll("[data-view]")].map((thumb) => [thumb.hash.slice(1), thumb]));
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const thumb = thumbs.get(entry.target.id);
          if (entry.isIntersecting) thumb?.setAttribute("aria-current", "true");
          else thumb?.removeAttribute("aria-current");
        }
      },
      { root: product.querySelector(".slides"), threshold: 0.6 },
    );
    for (const slide of product.querySelectorAll(".slide")) seen.observe(slide);
  };

  // Puts what stands in a slide into the enlarged view: its picture, or its video with keys of its own.
  const enlarge = (dialog, slide) => {
    const [link, film] = [slide.querySelector("[data-zoom]"), slide.querySelector("video")];
    const [picture, screen] = dialog.querySelectorAll("img, video");
    screen.pause();
    picture.hidden = !link;
    screen.hidden = Boolean(link);
    if (link) {
      picture.src = link.href;
      picture.alt = link.querySelector("img").alt;
    } else if (film) {
      screen.replaceChildren(...[...film.children].map((each) => each.cloneNode(true)));
      screen.poster = film.poster;
      screen.setAttribute("aria-label", film.getAttribute("aria-label"));
      screen.load();
    }
  };

  const zoom = (link) => {
    const dialog = link.closest(".gallery").querySelector("dialog");
    enlarge(dialog, link.closest(".slide"));
    const leave = () => {
      dialog.querySelector("video").pause();
      link.focus({ preventScroll: true });
    };
    dialog.addEventListener("close", leave, { once: true });
    dialog.showModal();
  };

  const slidesOf = (gallery) => [...gallery.querySelectorAll(".slide")];

  // The slide that stands in the gallery: the one whose left edge is nearest to its own.
  const present = (gallery) => {
    const { scrollLeft, clientWidth } = gallery.querySelector(".slides");
    return Math.round(scrollLeft / clientWidth);
  };

  const goTo = (slide) => {
    const row = slide.parentElement;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    row.scrollTo({ left: slide.offsetLeft - row.offsetLeft, behavior: isCalm ? "instant" : "smooth" });
  };

  // Says it aloud, and the picture's own words with it.
  const announce = (gallery, number) => {
    const slides = slidesOf(gallery);
    const said = gallery.querySelector("[data-now]");
    const words = said.dataset.words.replace("{number}", number + 1).replace("{count}", slides.length);
    const shown = slides[number].querySelector("img, video");
    said.textContent = `${words}: ${shown?.getAttribute("alt") ?? shown?.getAttribute("aria-label") ?? ""}`;
  };

  // Where the last key is taking the gallery: presses in quick succession count from there, not from where it passes.
  const GLIDES_FOR = 600;
  let heading = { number: 0, since: -Infinity };
  const standing = (gallery) => (performance.now() - heading.since < GLIDES_FOR ? heading.number : present(gallery));

  // A page further or back by the arrow keys, as far as there are pictures; in the enlarged picture as well.
  const turn = (gallery, by) => {
    const slides = slidesOf(gallery);
    const number = Math.min(Math.max(standing(gallery) + by, 0), slides.length - 1);
    heading = { number, since: performance.now() };
    goTo(slides[number]);
    announce(gallery, number);
    const dialog = gallery.querySelector("dialog[open]");
    if (dialog) enlarge(dialog, slides[number]);
  };

  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const gallery = event.target.closest?.(".gallery");
    // A video has arrow keys of its own.
    if (!step || !gallery || event.target.matches("video") || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    turn(gallery, step);
  });

  document.addEventListener("click", async (event) => {
    if (event.target.closest("dialog.zoom") && !event.target.matches("video")) event.target.closest("dialog.zoom").close();
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.hasAttribute("data-choice")) {
      event.preventDefault();
      if (await choose(link)) history.replaceState(null, "", link.href);
      else location.assign(link.href);
    } else if (link.hasAttribute("data-view")) {
      event.preventDefault();
      const slide = document.querySelector(link.hash);
      heading.since = -Infinity;
      goTo(slide);
      announce(slide.closest(".gallery"), slidesOf(slide.closest(".gallery")).indexOf(slide));
    } else if (link.hasAttribute("data-zoom")) {
      event.preventDefault();
      zoom(link);
    }
  });

  // Whoever puts something on the wish list stays where they are. What is refused is said on the list's own page.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-wish")) return;
    event.preventDefault();
    const sent = { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" };
    const answer = await fetch(form.action, sent).catch(() => null);
    if (answer?.type !== "opaqueredirect") {
      form.submit();
      return;
    }
    const wished = form.parentElement.querySelector("[data-wished]");
    form.hidden = true;
    wished.hidden = false;
    wished.focus({ preventScroll: true });
  });

  watch(document.getElementById("product"));
}
