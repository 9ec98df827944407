// Films somebody in the browser, step by step: start, check, film, see, send. Each step is a part of the page.
import { drop, keep, kept } from "./kept.js";

const root = document.getElementById("guided");
const LEAST_S = 3;
const $ = (query, within = root) => within.querySelector(query);
const steps = (name) => $(`[data-step=${name}]`);
const trouble = document.getElementById("trouble");

let camera = null, checks = null, tasks = null, lock = null, film = null, unsafe = false;

const fail = (why, page) => {
  const text = $("[data-why]", trouble);
  text.textContent = `${why} `;
  if (page) text.append(Object.assign(document.createElement("a"), { href: page, textContent: "Open it" }));
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
};

const go = (name) => {
  for (const step of root.querySelectorAll("[data-step]")) step.hidden = step.dataset.step !== name;
  document.body.classList.toggle("filming", name === "film");
  $("#kept").hidden = true;
  const head = $("h2", steps(name));
  if (head?.tabIndex === -1) head.focus({ preventScroll: true });
  if (name === "start" || name === "film") scrollTo(0, 0); else steps(name).scrollIntoView();
};

// A hand that trembles taps what it did not mean: what loses a film asks once more.
const surely = (button, question, act) => {
  const text = button.textContent;
  let asked = false;
  const back = () => { asked = false; button.textContent = text; };
  button.addEventListener("click", () => {
    if (asked) { back(); act(); return; }
    asked = true;
    button.textContent = question;
  });
  button.addEventListener("blur", back);
};

const script = () => JSON.parse(document.getElementById("tasks").textContent);
const token = () => $("[name=csrfmiddlewaretoken]").value;

// -- start: what it may be used for, and the camera

const start = async (event) => {
  event.preventDefault();
  const form = $("#about");
  if (!form.reportValidity()) return;
  trouble.hidden = true;
  const { able, Camera, whatIsWrong } = await import("./camera.js");
  const unable = able();
  if (unable) { fail(unable); return; }
  try {
    camera = await Camera.open();
  } catch (error) {
    fail(whatIsWrong(error));
    return;
  }
  camera.track.addEventListener("ended", lost);
  await check();
};

const lost = () => {
  if (tasks) tasks.stop();
  else if (!steps("check").hidden) { shut(); go("start"); }
  fail("The camera was switched off.");
};

const shut = () => {
  checks?.stop();
  camera?.close();
  lock?.release().catch(() => {});
  camera = checks = tasks = lock = null;
};

// -- check: light, distance, straight, steady, pictures a second

const check = async () => {
  go("check");
  const which = script().protocols[$("[name=which]:checked").value];
  $("#plan").replaceChildren(...which.map((task) => {
    const line = document.createElement("li");
    const often = task.repeats ? `, ${task.repeats} times` : "";
    line.append(Object.assign(document.createElement("strong"), { textContent: `${task.title} (${Math.round(task.seconds)} s${often}). ` }));
    if (task.kind !== "read") line.append(task.how);
    return line;
  }));
  await camera.show($("#mirror"));
  const { Checks } = await import("./checks.js");
  for (const line of root.querySelectorAll("[data-check]")) tick(line, null);
  checks = new Checks($("#mirror"), camera, { look: root.dataset.look, most: Number(root.dataset.still), token: token(), told });
  $("[data-film]").disabled = false;
  $("[data-film]").textContent = "Film without waiting";
};

const tick = (line, text) => {
  line.className = text === null ? "" : text ? "warn" : "good";
  $("span", line).textContent = text === null ? "is being checked" : text || "good";
};

const told = (seen) => {
  for (const [name, text] of Object.entries(seen)) tick($(`[data-check=${name}]`), text);
  const wrong = Object.values(seen).find((text) => text);
  const all = Object.values(seen).every((text) => text === "");
  $("#advice").textContent = wrong || (all ? "All is well. You can start." : "Look into the camera.");
  $("#advice").className = `film-advice ${wrong ? "warn" : all ? "good" : ""}`;
  $("[data-film]").textContent = all ? "Start filming" : wrong ? "Film all the same" : "Film without waiting";
};

// -- film

const record = async () => {
  const seen = { ...checks.seen };
  checks.stop();
  const name = $("[name=which]:checked").value;
  const { protocols, read_s: readS } = script();
  const { Tasks, cue } = await import("./tasks.js");
  $("[data-film]").disabled = true;
  unsafe = true;
  lock = await navigator.wakeLock?.request("screen").catch(() => null);
  const recorder = camera.recorder(), parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => { if (data.size) parts.push(data); });
  const ended = new Promise((done) => { recorder.addEventListener("stop", done); });
  tasks = new Tasks(recorder, protocols[name], readS, (what) => screen(what, protocols[name].length, cue));
  const began = new Promise((done) => { recorder.addEventListener("start", done); });
  recorder.addEventListener("error", () => tasks?.stop());
  recorder.start();
  await began;
  // Only now: a button that is pressed before there is something to pause would do nothing.
  go("film");
  camera.show($("#small"));
  const whole = await tasks.run();
  if (recorder.state !== "inactive") recorder.stop();
  await ended;
  const seconds = tasks.clock.now(), { shown } = tasks;
  shut();
  const type = recorder.mimeType.split(";")[0] || "video/mp4";
  const about = [...new FormData($("#about"))].filter(([key]) => !["csrfmiddlewaretoken", "which"].includes(key));
  film = { blob: new Blob(parts, { type }), about, at: new Date().toISOString(), seconds, whole, seen, sure: false };
  if (shown.length) film.about.push(["protocol", JSON.stringify({ name, task: shown })]);
  if (seconds < LEAST_S || !film.blob.size) {
    film = null;
    unsafe = false;
    go("start");
    fail("This film was too short to be used. Film once more.");
    return;
  }
  await keep(root.dataset.person, film).then(() => { film.sure = true; }, () => {});
  see();
};

const screen = ({ task, index, reading, at = 0, left, paused }, count, cue) => {
  const stage = steps("film"), now = reading || paused ? null : cue(task, at);
  const put = (query, text) => { const one = $(query, stage); if (one.textContent !== text) one.textContent = text; };
  put("[data-place]", `${index + 1} of ${count}`);
  put("[data-title]", paused ? "Paused" : task.title);
  put("[data-how]", paused ? `Go on when you are ready. Next: ${task.title}.` : now ? "" : task.how);
  put("[data-cue]", now ? now.text : "");
  put("[data-clock]", paused ? "" : reading ? (reading <= 3 ? `${reading}` : "Get ready") : now ? `${now.number} of ${task.repeats}` : `${Math.ceil(left)} s`);
  stage.classList.toggle("reading", Boolean(reading || paused));
  stage.classList.toggle("doing", Boolean(now?.doing));
  for (const one of stage.querySelectorAll("[data-arrow]")) one.hidden = paused || one.dataset.arrow !== task.arrow;
  $("progress", stage).value = reading || paused ? 0 : Math.min(1, at / task.seconds);
  $("[data-pause]", stage).textContent = paused ? "Go on" : "Pause";
  $("[data-again]", stage).hidden = Boolean(paused);
  $("[data-stop]", stage).textContent = paused ? "Stop here" : "Stop";
  const side = task.arrow ? ` The arrow is on the ${task.arrow}.` : "";
  const said = paused ? "Paused." : `${task.title}. ${task.how}${side}`;
  if ($("#spoken").textContent !== said) $("#spoken").textContent = said;
};

// -- see and send

const see = () => {
  go("see");
  const video = $("#film");
  if (video.src) URL.revokeObjectURL(video.src);
  video.src = URL.createObjectURL(film.blob);
  const wrong = Object.values(film.seen).filter((text) => text);
  const parts = [`${Math.round(film.seconds)} seconds, ${(film.blob.size / 1e6).toFixed(1)} MB.`];
  if (!film.whole) parts.push("You stopped before the end. It can be used all the same; a whole one tells more.");
  parts.push(wrong.length ? `Before it began: ${wrong.join(" ")}` : "Is your whole face in it, bright and sharp? Then send it.");
  $("[data-told]").textContent = parts.join(" ");
  $("[data-kept]").textContent = film.sure
    ? "Until it has arrived, the film also lies in this browser, so that you can close the page and go on later. It is removed here once it has arrived, when you throw it away, and when you sign out. On a device that others use, do one of these."
    : "This browser cannot keep the film. Leave this page open until it is sent.";
  for (const one of steps("see").querySelectorAll("button")) one.disabled = false;
  $("#way").hidden = true;
};

let line = null, tried = false;
const send = async () => {
  const { deliver, freshToken, progress } = await import("./sending.js");
  line ||= progress($("#way"));
  trouble.hidden = true;
  $("#way").hidden = false;
  for (const one of steps("see").querySelectorAll(":scope > .buttons button")) one.disabled = true;
  unsafe = true;
  const about = new FormData();
  for (const [key, value] of film.about) about.append(key, value);
  about.set("name", `film-of-${film.at.slice(0, 10)}.${film.blob.type.includes("webm") ? "webm" : "mp4"}`);
  try {
    const good = tried ? (await freshToken().catch(() => "")) || token() : token();
    tried = true;
    const page = await deliver(film.blob, about, { begin: root.dataset.begin, part: Number(root.dataset.part), token: good, ...line });
    await gone(page);
  } catch (error) {
    if (error.page) { await gone(error.page); return; }
    unsafe = !film.sure;
    $("#way").hidden = true;
    for (const one of steps("see").querySelectorAll("button")) one.disabled = false;
    fail(error.why || "The film could not be sent. Try again.");
  }
};

const gone = async (page) => {
  await drop(root.dataset.person).catch(() => {});
  unsafe = false;
  location.assign(page);
};

const throwAway = async () => {
  await drop(root.dataset.person).catch(() => {});
  film = null;
  unsafe = false;
  trouble.hidden = true;
  go("start");
};

const waiting = async () => {
  const found = await kept(root.dataset.person).catch(() => null);
  if (!found) return;
  film = found;
  film.sure = true;
  $("#kept [data-when]").textContent = new Date(film.at).toLocaleString([], { dateStyle: "long", timeStyle: "short" });
  $("#kept").hidden = false;
};

if (root) {
  root.hidden = false;
  $("#about").addEventListener("submit", start);
  $("#kept [data-go]").addEventListener("click", see);
  for (const one of root.querySelectorAll("[data-drop]")) surely(one, "Really throw it away", throwAway);
  $("[data-back]").addEventListener("click", () => { shut(); go("start"); });
  $("[data-film]").addEventListener("click", () => record().catch(() => { shut(); unsafe = false; go("start"); fail("Filming stopped. Try again, or with another browser."); }));
  $("[data-pause]", steps("film")).addEventListener("click", () => (tasks?.paused ? tasks.resume() : tasks?.pause()));
  $("[data-again]").addEventListener("click", () => tasks?.again());
  $("[data-stop]").addEventListener("click", () => (tasks?.paused ? tasks.stop() : tasks?.pause()));
  $("[data-send]").addEventListener("click", send);
  $("[data-anew]").addEventListener("click", () => { $("#film").pause(); start(new Event("submit")); });
  addEventListener("beforeunload", (event) => { if (unsafe) event.preventDefault(); });
  // A phone stops the camera of a page that nobody sees, and lets the screen sleep again.
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) tasks?.pause();
    else if (tasks) lock = (await navigator.wakeLock?.request("screen").catch(() => null)) || null;
  });
  waiting();
}
