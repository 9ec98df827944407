// Zooming and moving in the traces; the page's links do the same.
const PART = { headers: { "X-Part": "traces" }, credentials: "same-origin" };
const SHORTEST = 0.02;
let box = document.getElementById("traces");
let wanted = null;
let timer = 0;
let asking = null;

const now = () => wanted ?? { from: Number(box.dataset.from), to: Number(box.dataset.to), gain: Number(box.dataset.gain) };

function inside({ from, to, gain = now().gain }) {
  const length = Number(box.dataset.length);
  const span = Math.min(Math.max(to - from, SHORTEST), length);
  const start = Math.min(Math.max(from, 0), length - span);
  return { from: start, to: start + span, gain };
}

function query({ from, to, gain }) {
  return `?from=${from.toFixed(4)}&to=${to.toFixed(4)}${gain === 1 ? "" : `&gain=${gain}`}`;
}

// The picture that stands is stretched at once, until the new one is here.
function preview(next) {
  const image = box.querySelector("img");
  const from = Number(box.dataset.from);
  const span = Number(box.dataset.to) - from;
  const [left, right] = edges(image);
  const scale = span / (next.to - next.from);
  const shift = (left + ((from - next.from) / (next.to - next.from)) * (right - left)) - left * scale;
  image.animate([{ transform: `translateX(${shift}px) scaleX(${scale})`, transformOrigin: "0 0" }], {
    duration: 1, fill: "forwards",
  });
}

// Where facialis.emg.page.traces draws the axis of time.
function edges(image) {
  const wide = image.getBoundingClientRect().width;
  return [(158 / 1016) * wide, (938 / 1016) * wide];
}

function go(next, wait = 120) {
  wanted = inside(next);
  preview(wanted);
  clearTimeout(timer);
  timer = setTimeout(load, wait);
}

async function load() {
  const asked = wanted;
  const address = location.pathname + query(asked);
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { ...PART, signal: asking.signal });
    if (!answer.ok || answer.redirected) { location.assign(address); return; }
    await show(await answer.text(), asked);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

async function show(text, asked) {
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("traces");
  const picture = next.querySelector("picture");
  document.adoptNode(next);
  const image = picture.querySelector("img");
  await image.decode().catch(() => {});
  if (wanted !== asked) return;
  const active = document.activeElement;
  const again = active.dataset.step ? `[data-step="${active.dataset.step}"]` : active.matches(".drawn") && ".drawn";
  next.classList.add("live");
  box.replaceWith(next);
  box = next;
  wanted = null;
  history.replaceState(null, "", query(asked));
  if (again) box.querySelector(again)?.focus({ preventScroll: true });
}

function at(event) {
  const image = box.querySelector("img");
  const [left, right] = edges(image);
  const share = (event.clientX - image.getBoundingClientRect().left - left) / (right - left);
  const { from, to } = now();
  return from + Math.min(Math.max(share, 0), 1) * (to - from);
}

function zoom(times, about) {
  const { from, to } = now();
  about ??= (from + to) / 2;
  go({ from: about - (about - from) * times, to: about + (to - about) * times });
}

function move(share) {
  const { from, to } = now();
  go({ from: from + share * (to - from), to: to + share * (to - from) });
}

const drawn = (event) => event.target.closest?.("#traces .drawn");

document.addEventListener("wheel", (event) => {
  if (!drawn(event)) return;
  event.preventDefault();
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) move(event.deltaX / 600);
  else zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY)) / 300), at(event));
}, { passive: false });

const fingers = new Map();
let held = null;
document.addEventListener("pointerdown", (event) => {
  if (!drawn(event) || event.button > 0) return;
  event.preventDefault();
  drawn(event).focus({ preventScroll: true });
  fingers.set(event.pointerId, event.clientX);
  held = { ...now(), x: [...fingers.values()] };
  box.classList.add("moving");
});
document.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId) || !held) return;
  fingers.set(event.pointerId, event.clientX);
  const [left, right] = edges(box.querySelector("img"));
  const a_pixel = (held.to - held.from) / (right - left);
  const x = [...fingers.values()];
  if (x.length === 1) {
    const by = (held.x[0] - x[0]) * a_pixel;
    go({ from: held.from + by, to: held.to + by });
  } else if (x.length === 2 && held.x.length === 2) {
    const times = Math.abs(held.x[1] - held.x[0]) / Math.max(Math.abs(x[1] - x[0]), 10);
    const [half, about] = [(held.to - held.from) / 2, (held.from + held.to) / 2];
    go({ from: about - half * times, to: about + half * times });
  }
});
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    held = fingers.size ? { ...now(), x: [...fingers.values()] } : null;
    if (!held) box.classList.remove("moving");
  });
}

function enlarge(times) {
  go({ ...now(), gain: Math.min(Math.max(now().gain * times, 1 / 8), 64) });
}

// Elsewhere these keys are the page's.
const KEYS = {
  ArrowLeft: () => move(-0.25), ArrowRight: () => move(0.25),
  "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2),
  ArrowUp: () => enlarge(2), ArrowDown: () => enlarge(0.5),
  Home: () => go({ from: 0, to: 1 / 0 }),
};
document.addEventListener("keydown", (event) => {
  const key = KEYS[event.key];
  if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.closest?.("#traces :is(.drawn, .steps)")) return;
  event.preventDefault();
  key();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('#traces a[href^="?"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const asked = new URLSearchParams(link.getAttribute("href"));
  go({ from: Number(asked.get("from")), to: Number(asked.get("to")), gain: Number(asked.get("gain") ?? 1) }, 0);
});

if (box) {
  box.classList.add("live");
  for (const words of document.querySelectorAll(".with-script")) words.hidden = false;
}
