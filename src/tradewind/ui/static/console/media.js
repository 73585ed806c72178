/* Uploads file by file and shows how far each is; draws the part of a picture that is shown while its numbers change.
   Without it the form sends all files at once, and the numbers work as they are. */
(() => {
  "use strict";

  const send = (form, file, line) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData(form);
      body.delete("files");
      body.append("files", file);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) line.querySelector("progress").value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        if (request.status === 201) return resolve(true);
        let said = form.dataset.failed;
        try {
          said = JSON.parse(request.responseText).refused.join(" ");
        } catch {
          /* Not our answer: the connection broke, or the session is over. */
        }
        line.querySelector("span").textContent = `${file.name}: ${said}`;
        line.className = "complaint";
        line.querySelector("progress").remove();
        return resolve(false);
      });
      request.send(body);
    });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    const list = form.querySelector(".uploads");
    list.replaceChildren();
    button.disabled = true;
    let allTaken = true;
    for (const file of form.elements.files.files) {
      const line = document.createElement("li");
      const name = document.createElement("span");
      const bar = document.createElement("progress");
      name.textContent = file.name;
      bar.max = 1;
      bar.value = 0;
      line.append(name, bar);
      list.append(line);
      allTaken = (await send(form, file, line)) && allTaken;
    }
    button.disabled = false;
    if (allTaken) location.href = `${location.pathname}?done=uploaded`;
  });

  for (const frame of document.querySelectorAll("[data-crop]")) {
    const sides = ["left", "top", "right", "bottom"].map((side) => document.getElementById(`${frame.dataset.crop}.${side}`));
    if (sides.includes(null)) continue;
    const box = document.createElement("span");
    box.className = "crop-box";
    const draw = () => {
      const [left, top, right, bottom] = sides.map((field) => Number(field.value.replace(",", ".")));
      box.style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
      box.hidden = left === 0 && top === 0 && right === 100 && bottom === 100;
    };
    frame.append(box);
    for (const field of sides) {
      field.addEventListener("input", draw);
      // Arrow keys move an edge by one hundredth.
      field.addEventListener("keydown", (event) => {
        const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        field.value = String(Math.min(100, Math.max(0, Number(field.value.replace(",", ".")) + step)));
        draw();
      });
    }
    draw();
  }
})();
