"use strict";
/* Two visits: one cursor for both, each counted from its own beginning; one scale of amplitude. */
(() => {
  const place = document.getElementById("beside");
  const hosts = [...place.querySelectorAll(".trace")];
  if (!hosts.length) return;
  const both = hosts.map((host) => {
    const video = host.parentElement.querySelector("video");
    return { host, start: Number(host.dataset.start), video, film: video && new Film(video), trace: null };
  });
  const move = (one, seconds, { seek = true } = {}) => {
    one.trace.moveTo(seconds);
    if (seek && one.film) one.film.seek(one.trace.at + 0.004);
  };
  const follow = (leader, seconds) => {
    for (const one of both) if (one !== leader && one.trace.data) move(one, seconds - leader.start + one.start);
  };
  both.forEach((one) => {
    one.trace = new Trace(one.host, { onScrub: (seconds) => { if (one.film) one.film.seek(seconds + 0.004); follow(one, seconds); } });
    if (one.film) one.film.follow((seconds) => one.trace.moveTo(seconds));
  });
  const each = (what) => both.filter((one) => one.trace.data).forEach(what);
  const lead = both[0];
  const step = (way) => {
    const { trace } = lead, i = trace.frame(trace.at) + way;
    if (trace.data.time[i] !== undefined) { trace.moveTo(trace.data.time[i]); move(lead, trace.at); follow(lead, trace.at); }
  };
  const tools = {
    play: () => {
      const stopped = both.every((one) => !one.video || one.video.paused);
      each((one) => { if (one.video) { if (stopped) one.video.play(); else one.video.pause(); } });
    },
    back: () => step(-1), on: () => step(1),
    in: () => each((one) => one.trace.zoom(0.5)), out: () => each((one) => one.trace.zoom(2)), whole: () => each((one) => one.trace.whole()),
  };
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) tools[button.dataset.do]();
  });
  for (const { host, trace } of both) {
    host.addEventListener("keydown", (event) => {
      const far = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
      if (!far) return;
      event.preventDefault();
      trace.scrub(trace.at + far * (event.shiftKey ? 10 : 1));
    });
  }
  Promise.all(both.map((one) => one.trace.load(one.host.dataset.signals))).then(() => {
    const scale = Math.max(...both.map((one) => one.trace.scale));
    const span = Math.max(...both.map((one) => one.trace.end - one.start));
    for (const one of both) {
      one.trace.scale = scale;
      one.trace.end = Math.max(one.trace.end, one.start + span);
      one.trace.whole();
      if (one.start) { one.trace.show(one.start, one.start + Math.min(span, 30)); move(one, one.start); }
      else one.trace.draw();
    }
    place.querySelector(".room-tools").hidden = false;
    place.dataset.ready = "1";
  }).catch(() => {
    for (const { host } of both) host.replaceChildren(Object.assign(document.createElement("p"), { textContent: "The curves could not be loaded. Load the page again." }));
  });
})();
