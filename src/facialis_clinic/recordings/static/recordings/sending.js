// Sends a film in parts, so that a lost connection loses nothing and nothing is sent twice.
import { SHA256 } from "./sha256.js";

const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const told = (why) => Object.assign(new Error(), { why });

// A page that was loaded before somebody signed in again holds a token that is no longer good.
export const freshToken = async () => {
  const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
};

// Asks until the server answers: a lost connection is waited out, longer each time up to half a minute, and tried again
// at once when the browser says that the line is back.
const ask = async (url, options, tell) => {
  for (let pauseMs = 1000; ; pauseMs = Math.min(2 * pauseMs, 30000)) {
    try {
      const answer = await fetch(url, { ...options, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        throw told("You were signed out. Sign in again in a new tab, then come back and go on: what has arrived is kept.");
      }
      if (answer.status === 404) throw told("This video was given up. Load the page again and choose it once more.");
      if (answer.status < 500 && answer.status !== 400 && answer.status !== 429) {
        return { status: answer.status, told: await answer.json() };
      }
    } catch (error) {
      if (error.why) throw error;
    }
    tell("Waiting for the connection", null);
    await Promise.race([wait(pauseMs), new Promise((done) => { addEventListener("online", done, { once: true }); })]);
  }
};

const hashed = async (file, part, tell, pausing) => {
  const digest = new SHA256();
  for (let at = 0; at < file.size; at += part) {
    await pausing();
    digest.add(new Uint8Array(await file.slice(at, at + part).arrayBuffer()));
    tell("Reading the video", Math.min(1, (at + part) / file.size));
  }
  return digest.hex();
};

// Sends `file` with what is said about it (FormData). `tell(stage, share)` shows how far it is; `pausing()` resolves at
// once, or when a pause is over. Returns the address of the recording's page; an error has a `why` for people, and a
// `page` where the same film is in the record already.
export const deliver = async (file, about, { begin, part, token, tell, pausing }) => {
  about.set("size", file.size);
  about.set("sha256", await hashed(file, part, tell, pausing));
  const headers = { "X-CSRFToken": token };
  const refused = (answer) => Object.assign(told(answer.told.why), { page: answer.told.page });
  const begun = await ask(begin, { method: "POST", body: about, headers }, tell);
  if (begun.status !== 201) throw refused(begun);
  const { parts, finish } = begun.told;
  for (let at = begun.told.received; ;) {
    while (at < file.size) {
      await pausing(at / file.size);
      tell("Sending", at / file.size);
      const body = file.slice(at, at + part);
      const answer = await ask(parts, { method: "PUT", body, headers: { ...headers, "Upload-Offset": String(at) } }, tell);
      // 409: another tab, or the last try before the line broke, was faster. The server says how far it is.
      if (answer.status !== 200 && answer.status !== 409) throw refused(answer);
      at = answer.told.received;
    }
    tell("Checking the video", null);
    const done = await ask(finish, { method: "POST", headers }, tell);
    if (done.status === 200) return done.told.page;
    if (done.status !== 409) throw refused(done);
    at = done.told.received;
  }
};

// The line that shows how far it is, with its button to pause.
export const progress = (root) => {
  const bar = root.querySelector("progress"), pause = root.querySelector("[data-pause]");
  let paused = null, goOn = null;
  pause.addEventListener("click", () => {
    if (paused) { goOn(); paused = null; } else paused = new Promise((done) => { goOn = done; });
    pause.textContent = paused ? "Go on" : "Pause";
  });
  const tell = (stage, share) => {
    root.querySelector("[data-stage]").textContent = stage;
    root.querySelector("[data-share]").textContent = share === null ? "" : `${Math.floor(100 * share)} %`;
    if (share === null) bar.removeAttribute("value"); else bar.value = 100 * share;
  };
  const pausing = async (share) => {
    if (!paused) return;
    if (share !== undefined) tell("Paused", share);
    await paused;
  };
  return { tell, pausing };
};
