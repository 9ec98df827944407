"use strict";
/* The examination room: the film follows the curves and the curves the film; events are judged by a key. */
(() => {
  const room = document.getElementById("room");
  const host = document.getElementById("trace");
  if (!room || !host) return;
  const judges = room.dataset.judges === "1";
  const wide = room.dataset.wide === "1";
  const said = room.querySelector("[data-said]");
  const form = document.getElementById("judge");
  const panel = document.getElementById("event");
  const list = document.getElementById("list");
  const video = document.getElementById("film");
  const film = video && new Film(video);
  const KINDS = ["spasm", "synkinesis", "blink", "expression", "head_motion"];
  const LOOKED_FOR = ["spasm", "synkinesis"];
  let events = [], newest = "", inHand = form ? Number(form.elements.number.value) : 0, sending = false;

  const trace = new Trace(host, { onScrub: (seconds) => film && film.seek(middle(seconds)) });

  /* The middle of the time for which the picture of a moment is shown. */
  const middle = (seconds) => {
    const { time } = trace.data, i = trace.frame(seconds);
    const next = i + 1 < time.length ? time[i + 1] : time[i] + 0.02;
    return trace.data.thinned > 1 ? seconds : (time[i] + next) / 2;
  };

  const tell = (text) => { said.textContent = text; };
  const listed = () => events.filter((event) => wide || LOOKED_FOR.includes(event.kind) || event.state !== "open");

  /* The event in hand. */
  const put = (name, text) => { const field = panel.querySelector(`[data-f="${name}"]`); if (field) field.textContent = text; };
  const show = (event) => {
    const [kind, side, at, length, size, regions, probability] = event.words;
    Object.entries({ called: event.number + 1, kind, side, at, length, size, regions, probability }).forEach(([name, text]) => put(name, text));
    const shownSide = panel.querySelector('[data-f="side"]');
    if (shownSide) shownSide.className = `side ${event.side}`;
    const word = panel.querySelector('[data-f="word"]');
    word.textContent = event.word;
    word.className = `badge ${event.state === "stands" ? "good" : event.state === "open" ? "plain" : "warn"}`;
    put("reason", event.reason);
    panel.querySelector('[data-f="why"]').replaceChildren(...event.why.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    if (!form) return;
    form.elements.number.value = event.number;
    form.elements.number1.value = event.number + 1;
    form.elements.seen.value = event.mark;
    for (const button of form.querySelectorAll('button[name="do"]')) {
      if ("accept" in button.dataset) button.value = event.kind;
      else if (button.value === "take_back") button.hidden = event.state === "open";
      else if (button.value !== "out") button.disabled = button.value === event.kind || event.kind === "head_motion";
    }
  };

  const select = (number, { seek = true } = {}) => {
    const event = events[number];
    if (!event) return;
    inHand = number;
    trace.selected = number;
    show(event);
    walkers();
    mark();
    if (seek) {
      const span = trace.to - trace.from, length = event.offset_s - event.onset_s;
      if (span > 30 && trace.end > 30) trace.show(event.onset_s - 4, event.onset_s + Math.max(8, length + 4));
      trace.at = event.apex_s;
      if (event.apex_s < trace.from || event.apex_s > trace.to) trace.moveTo(event.apex_s);
      trace.draw();
      if (film) { video.pause(); film.seek(middle(event.apex_s)); }
    } else {
      trace.draw();
    }
  };

  const walk = (way) => {
    const rows = listed();
    const at = rows.findIndex((event) => event.number >= inHand);
    const here = at < 0 ? rows.length - 1 : at;
    const next = rows[Math.min(Math.max(here + way, 0), rows.length - 1)];
    if (next) { tell(""); select(next.number); }
  };

  const walkers = () => {
    const rows = listed(), at = rows.findIndex((event) => event.number === inHand);
    for (const link of panel.querySelectorAll("[data-walk]")) {
      const next = rows[at + Number(link.dataset.walk)];
      link.hidden = !next;
      if (!next) continue;
      const name = `Event ${next.number + 1}`;
      link.textContent = link.dataset.walk === "1" ? `${name} ›` : `‹ ${name}`;
    }
  };

  /* The list follows: its page is asked for where the event in hand is on another. */
  let asked = 0;
  const mark = () => {
    const row = list.querySelector(`[data-event="${inHand}"]`);
    if (!row) { fetchList(); return; }
    for (const other of list.querySelectorAll("[data-event]")) {
      const here = Number(other.dataset.event) === inHand;
      other.classList.toggle("in-hand", here);
      other.querySelector("a").toggleAttribute("aria-current", here);
      const event = events[Number(other.dataset.event)];
      if (event) other.querySelector("[data-word]").textContent = event.word;
    }
  };
  const fetchList = async () => {
    const turn = ++asked;
    const answer = await fetch(`?part=events&event=${inHand + 1}${wide ? "&all=1" : ""}`, { credentials: "same-origin" });
    if (answer.ok && turn === asked) fill(list, await answer.text());
  };

  /* What is said of events. */
  const send = async (fields, then) => {
    if (sending) return;
    sending = true;
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...fields });
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!(answer.headers.get("Content-Type") || "").includes("json")) throw new Error(String(answer.status));
      take(await answer.json());
      if (answer.ok) then();
    } catch {
      tell("It could not be sent. Load the page again; nothing was changed here.");
    } finally {
      sending = false;
    }
  };
  const take = (told) => {
    for (const event of events) Object.assign(event, { state: "open", word: "not looked at", mark: "", reason: "" });
    for (const one of told.said) Object.assign(events[one.number], one);
    newest = told.newest;
    const all = document.getElementById("all-of-them");
    if (all) all.elements.seen.value = newest;
    fill(document.getElementById("figures"), told.figures);
    tell(told.why);
    show(events[inHand]);
    mark();
    trace.draw();
  };
  const judge = (to, reason = form.elements.reason.value) => {
    const event = events[inHand];
    if (event.kind === "head_motion" && to !== "out" && to !== event.kind) { tell("A movement of the head can only be kept or taken out."); return; }
    send({ do: to, number: event.number, seen: event.mark, reason }, () => {
      form.elements.reason.value = "";
      tell(`Event ${event.number + 1}: ${event.word}.`);
      const rest = listed().find((one) => one.number > event.number && one.state === "open");
      if (rest) select(rest.number);
    });
  };
  const others = {
    take_back: () => send({ do: "take_back", number: inHand, seen: events[inHand].mark }, () => tell(`Event ${inHand + 1}: taken back.`)),
    undo: () => send({ do: "undo", seen: newest }, () => tell("The last was taken back.")),
    accept_rest: () => send({ do: "accept_rest", seen: newest }, () => tell("All that remained are accepted.")),
  };
  document.addEventListener("submit", (event) => {
    if (!form || event.target.getAttribute("action") !== form.getAttribute("action") || !event.submitter || !events.length) return;
    event.preventDefault();
    const what = event.submitter.value;
    if (what in others) others[what](); else judge(what);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-walk], [data-event] a");
    if (!link || !events.length) return;
    event.preventDefault();
    if ("walk" in link.dataset) walk(Number(link.dataset.walk));
    else select(Number(link.closest("[data-event]").dataset.event));
  });

  /* The film. */
  const step = (way) => {
    const { time } = trace.data, i = trace.frame(trace.at) + way;
    if (video) video.pause();
    if (time[i] !== undefined) trace.scrub(time[i]);
  };
  const play = () => { if (video) { if (video.paused) video.play(); else video.pause(); } };
  const tools = {
    play, back: () => step(-1), on: () => step(1), in: () => trace.zoom(0.5), out: () => trace.zoom(2), whole: () => trace.whole(),
    taller: () => { trace.tall = Math.min(trace.tall * 1.5, 30); trace.draw(); }, flatter: () => { trace.tall = Math.max(trace.tall / 1.5, 0.2); trace.draw(); },
  };
  room.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && trace.data) tools[button.dataset.do]();
  });
  if (video) {
    film.follow((seconds) => trace.moveTo(seconds));
    const name = () => { room.querySelector('[data-do="play"]').textContent = video.paused ? "Play" : "Stop"; };
    video.addEventListener("play", name);
    video.addEventListener("pause", name);
    room.querySelector("[data-speed]").addEventListener("change", (event) => { video.playbackRate = Number(event.target.value); });
  }

  /* Keys: not while something is typed, and not once they are turned off. */
  const KEYS = {
    j: () => walk(1), k: () => walk(-1), " ": play, ",": () => step(-1), ".": () => step(1),
    "+": tools.in, "=": tools.in, "-": tools.out, 0: tools.whole,
  };
  if (judges) {
    Object.assign(KEYS, { a: () => judge(events[inHand].kind), v: () => judge("out"), u: others.undo });
    KINDS.forEach((kind, i) => { KEYS[i + 1] = () => judge(kind); });
  }
  const ON_CURVES = {
    ArrowLeft: (far) => trace.scrub(trace.at - far), ArrowRight: (far) => trace.scrub(trace.at + far),
    ArrowUp: () => walk(-1), ArrowDown: () => walk(1), Home: () => trace.scrub(0), End: () => trace.scrub(trace.end),
  };
  document.addEventListener("keydown", (event) => {
    if (!trace.data || event.ctrlKey || event.metaKey || event.altKey || !room.querySelector("[data-keys]").checked) return;
    const at = event.target;
    if (at.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === " " && at.closest("button, a, summary, video, input")) return;
    if (at === host && event.key in ON_CURVES) ON_CURVES[event.key](event.shiftKey ? 1 : 0.1);
    else if (event.key in KEYS && (events.length || !judges)) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  trace.load(host.dataset.signals).then((data) => {
    events = data.events;
    newest = data.newest;
    room.querySelector(".room-tools").hidden = false;
    if (events.length && panel.querySelector("[data-f]")) {
      const asks = new URLSearchParams(location.search).has("event");
      select(inHand, { seek: asks });
    }
    room.dataset.ready = "1";
  }).catch(() => {
    host.replaceChildren(Object.assign(document.createElement("p"), { textContent: "The curves could not be loaded. Load the page again, or have the film measured again." }));
  });
  globalThis.room = { trace, film };
})();

// What the site drew takes the place of what stood there.
function fill(place, drawn) {
  const within = document.createRange();
  within.selectNodeContents(place);
  place.replaceChildren(within.createContextualFragment(drawn));
}
