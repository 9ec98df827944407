// Sends a chosen video in parts. Without this file the form sends it at once.
import { deliver, freshToken, progress } from "./sending.js";

const form = document.getElementById("send");
if (form) {
  const part = Number(form.dataset.part), most = Number(form.dataset.most);
  const way = document.getElementById("way"), trouble = document.getElementById("trouble");
  const button = form.querySelector("button[type=submit]");
  const line = progress(way);
  let token = form.querySelector("[name=csrfmiddlewaretoken]").value, busy = false;

  const fail = (why, page) => {
    const text = trouble.querySelector("p");
    text.textContent = `${why} `;
    if (page) text.append(Object.assign(document.createElement("a"), { href: page, textContent: "Open it" }));
    trouble.hidden = false;
    way.hidden = true;
    button.disabled = false;
    busy = false;
    trouble.scrollIntoView({ block: "center" });
  };
  window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });

  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("[type=file]").files[0];
    // That there is no video is told by the page itself, as without this file.
    if (!file || !file.size) return;
    event.preventDefault();
    // Anything else that is missing is told here: asking the server would send the whole video and lose the choice.
    if (!form.reportValidity()) return;
    const again = !trouble.hidden;
    trouble.hidden = true;
    if (file.size > most) { fail("This video is larger than 2 GB. Film a shorter one, or set your camera to 1080p."); return; }
    way.hidden = false;
    button.disabled = true;
    busy = true;
    way.scrollIntoView({ block: "center" });
    const about = new FormData(form);
    about.delete("film");
    about.set("name", file.name);
    try {
      if (again) token = (await freshToken().catch(() => "")) || token;
      const page = await deliver(file, about, { begin: form.dataset.begin, part, token, ...line });
      busy = false;
      location.assign(page);
    } catch (error) {
      fail(error.why || "The video could not be read. Choose it once more.", error.page);
    }
  });
}
