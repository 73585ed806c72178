// The product page with scripts: choices without a new page, thumbnails without a jump, pictures as large as the screen.
{
  const choose = async (link) => {
    const answer = await fetch(link.href);
    if (!answer.ok) return false;
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

  const zoom = (link) => {
    const dialog = document.createElement("dialog");
    dialog.className = "zoom";
    const picture = document.createElement("img");
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    dialog.append(picture);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus({ preventScroll: true });
    });
    document.body.append(dialog);
    dialog.showModal();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.hasAttribute("data-choice")) {
      event.preventDefault();
      if (await choose(link)) history.replaceState(null, "", link.href);
      else location.assign(link.href);
    } else if (link.hasAttribute("data-view")) {
      event.preventDefault();
      const slide = document.querySelector(link.hash);
      slide.parentElement.scrollTo({ left: slide.offsetLeft - slide.parentElement.offsetLeft, behavior: "smooth" });
    } else if (link.hasAttribute("data-zoom")) {
      event.preventDefault();
      zoom(link);
    }
  });

  watch(document.getElementById("product"));
}
