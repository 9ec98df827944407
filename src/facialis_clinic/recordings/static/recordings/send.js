// Sends a video in parts, so that a lost connection loses nothing. Without this file the form sends it at once.
"use strict";

(() => {
  const form = document.getElementById("send");
  if (!form || !window.fetch || !Blob.prototype.arrayBuffer) return;
  const part = Number(form.dataset.part), most = Number(form.dataset.most);
  const byId = (name) => document.getElementById(name);
  const way = byId("way"), bar = byId("sent"), pause = byId("pause"), trouble = byId("trouble");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const button = form.querySelector("button[type=submit]");
  let paused = null, goOn = null, busy = false;

  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const tell = (stage, share) => {
    byId("stage").textContent = stage;
    byId("share").textContent = share === null ? "" : `${Math.floor(100 * share)} %`;
    if (share === null) bar.removeAttribute("value"); else bar.value = 100 * share;
  };
  const fail = (why) => {
    trouble.querySelector("p").textContent = why;
    trouble.hidden = false;
    way.hidden = true;
    button.disabled = false;
    busy = false;
    trouble.scrollIntoView({ block: "center" });
  };

  pause.addEventListener("click", () => {
    if (paused) {
      goOn();
      paused = null;
      pause.textContent = "Pause";
    } else {
      paused = new Promise((done) => { goOn = done; });
      pause.textContent = "Go on";
    }
  });
  window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });

  // Asks until the server answers: a lost connection is waited out, longer each time up to half a minute.
  const ask = async (url, options) => {
    for (let pauseMs = 1000; ; pauseMs = Math.min(2 * pauseMs, 30000)) {
      try {
        const answer = await fetch(url, { ...options, credentials: "same-origin", redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.status === 403) {
          throw Object.assign(new Error(), { why: "You were signed out. Sign in again, choose the same video, and it goes on." });
        }
        if (answer.status === 404) {
          throw Object.assign(new Error(), { why: "This video was given up. Load the page again and choose it once more." });
        }
        if (answer.status < 500 && answer.status !== 400 && answer.status !== 429) {
          return { status: answer.status, told: await answer.json() };
        }
      } catch (error) {
        if (error.why) throw error;
      }
      byId("stage").textContent = "Waiting for the connection";
      await wait(pauseMs);
    }
  };
  const refused = (answer) => Object.assign(new Error(), { why: answer.told.why });

  const hash = async (file) => {
    const digest = new SHA256();
    for (let at = 0; at < file.size; at += part) {
      if (paused) await paused;
      digest.add(new Uint8Array(await file.slice(at, at + part).arrayBuffer()));
      tell("Reading the video", Math.min(1, (at + part) / file.size));
    }
    return digest.hex();
  };

  const send = async (file) => {
    const about = new FormData(form);
    about.delete("film");
    about.set("name", file.name);
    about.set("size", file.size);
    about.set("sha256", await hash(file));
    const headers = { "X-CSRFToken": token };
    const begun = await ask(form.dataset.begin, { method: "POST", body: about, headers });
    if (begun.status !== 201) throw refused(begun);
    const { parts, finish } = begun.told;
    for (let at = begun.told.received; ;) {
      while (at < file.size) {
        if (paused) { tell("Paused", at / file.size); await paused; }
        tell("Sending", at / file.size);
        const body = file.slice(at, at + part);
        const answer = await ask(parts, { method: "PUT", body, headers: { ...headers, "Upload-Offset": String(at) } });
        // 409: another tab, or the last try before the line broke, was faster. The server says how far it is.
        if (answer.status !== 200 && answer.status !== 409) throw refused(answer);
        at = answer.told.received;
      }
      tell("Checking the video", null);
      const done = await ask(finish, { method: "POST", headers });
      if (done.status === 200) {
        busy = false;
        location.assign(done.told.page);
        return;
      }
      if (done.status !== 409) throw refused(done);
      at = done.told.received;
    }
  };

  form.addEventListener("submit", (event) => {
    const file = form.querySelector("[type=file]").files[0];
    // That there is no video is told by the page itself, as without this file.
    if (!file || !file.size) return;
    event.preventDefault();
    // Anything else that is missing is told here: asking the server would send the whole video and lose the choice.
    if (!form.reportValidity()) return;
    trouble.hidden = true;
    if (file.size > most) { fail("This video is larger than 2 GB. Film a shorter one, or set your camera to 1080p."); return; }
    way.hidden = false;
    button.disabled = true;
    busy = true;
    way.scrollIntoView({ block: "center" });
    send(file).catch((error) => fail(error.why || "The video could not be read. Choose it once more."));
  });
})();
