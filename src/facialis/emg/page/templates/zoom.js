"use strict";
// Looks anywhere in a recording: what the page carries is unpacked here, drawn on a canvas, moved and zoomed.
(async () => {
  const box = document.getElementById("zoom");
  if (!box || !window.DecompressionStream) return;
  const head = JSON.parse(document.getElementById("zoom-head").textContent);
  const canvas = box.querySelector("canvas"), pen = canvas.getContext("2d"), said = box.querySelector("output");
  const near = box.querySelector(".nearer"), command = near.querySelector("code"), goto = box.querySelector("input");
  const SHORTEST = 0.05, LANE = 66, FOOT = 26, NONE = -128, FACTOR = 4;
  const channels = head.channels, length = head.length;

  const text = atob(document.getElementById("zoom-data").textContent.trim());
  const squeezed = Uint8Array.from(text, (one) => one.charCodeAt(0));
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const numbers = new Int8Array(await new Response(stream).arrayBuffer());
  let read = 0;

  // Each part: levels of lows and highs a channel, each four times as coarse as the one before.
  const parts = head.parts.map((part) => {
    const rows = channels.map(() => {
      const low = numbers.subarray(read, read + part.count), high = numbers.subarray(read + part.count, read + 2 * part.count);
      read += 2 * part.count;
      const levels = [[low, high]];
      while (levels[levels.length - 1][0].length > 1000) levels.push(coarser(...levels[levels.length - 1]));
      return levels;
    });
    return { ...part, stop: Math.min(part.start + part.count * part.block, length), rows };
  });

  function coarser(low, high) {
    const count = Math.ceil(low.length / FACTOR), lows = new Int8Array(count), highs = new Int8Array(count);
    for (let i = 0; i < count; i++) {
      let a = 127, b = NONE;
      for (let j = i * FACTOR; j < Math.min((i + 1) * FACTOR, low.length); j++) {
        if (low[j] === NONE) continue;
        if (low[j] < a) a = low[j];
        if (high[j] > b) b = high[j];
      }
      lows[i] = b === NONE ? NONE : a;
      highs[i] = b;
    }
    return [lows, highs];
  }

  // Bursts: onset, offset and doubt, from whole numbers of seven bits a byte.
  const bursts = head.bursts.bytes.map((bytes) => {
    const from = [], to = [], doubt = [], end = read + bytes;
    let at = 0, longest = 0;
    const next = () => {
      let value = 0, scale = 1, byte;
      do { byte = numbers[read++] & 255; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
      return value;
    };
    while (read < end) {
      at += next();
      const told = next(), long = (told >> 1) * head.bursts.unit;
      from.push(at * head.bursts.unit); to.push(at * head.bursts.unit + long); doubt.push(told & 1);
      longest = Math.max(longest, long);
    }
    return { from: Float64Array.from(from), to: Float64Array.from(to), doubt, longest };
  });
  const onsets = Float64Array.from(bursts.flatMap((one) => [...one.from.filter((_, i) => !one.doubt[i])])).sort();

  function first(sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) { const middle = (low + high) >> 1; if (sorted[middle] < value) low = middle + 1; else high = middle; }
    return low;
  }

  let view = { from: 0, to: length }, asked = 0;

  function go(from, to) {
    const span = Math.min(Math.max(to - from, SHORTEST), length);
    const start = Math.min(Math.max(from, 0), length - span);
    view = { from: start, to: start + span };
    if (!asked) asked = requestAnimationFrame(draw);
  }

  function zoom(times, at = (view.from + view.to) / 2) {
    go(at - (at - view.from) * times, at + (view.to - at) * times);
  }

  function clock(seconds, digits) {
    const unit = 10 ** digits, whole = Math.round(seconds * unit), all = Math.floor(whole / unit), rest = whole - all * unit;
    const two = (value) => String(value).padStart(2, "0");
    const hours = Math.floor(all / 3600), minutes = Math.floor(all / 60) % 60;
    const tail = digits ? "." + String(rest).padStart(digits, "0") : "";
    return (length >= 3600 ? `${hours}:${two(minutes)}` : String(hours * 60 + minutes)) + `:${two(all % 60)}${tail}`;
  }

  function place(wide) {
    const roomy = wide >= 640;
    return { left: roomy ? 150 : 4, right: wide - (roomy ? 66 : 58), roomy };
  }

  // The colours are the page's, in both schemes.
  function colours() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  function hatch(colour) {
    const tile = document.createElement("canvas"), ink = tile.getContext("2d");
    tile.width = tile.height = 8;
    ink.strokeStyle = colour;
    ink.globalAlpha = 0.6;
    for (const x of [-8, 0, 8]) { ink.moveTo(x, 8); ink.lineTo(x + 8, 0); }
    ink.stroke();
    return pen.createPattern(tile, "repeat");
  }

  const value = (byte, most) => Math.sign(byte) * (byte / 127) ** 2 * most;

  function draw() {
    asked = 0;
    const wide = canvas.clientWidth, tall = LANE * channels.length + FOOT, dense = window.devicePixelRatio || 1;
    canvas.style.height = `${tall}px`;
    canvas.width = Math.round(wide * dense);
    canvas.height = Math.round(tall * dense);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.font = "12px system-ui, sans-serif";
    const colour = colours(), doubtful = hatch(colour("both")), at = place(wide), span = view.to - view.from;
    const x = (seconds) => at.left + ((seconds - view.from) / span) * (at.right - at.left);
    const part = parts.filter((one) => one.start <= view.from + 1e-9 && view.to <= one.stop + 1e-9)
      .reduce((best, one) => (one.block < best.block ? one : best), parts[0]);
    let seen = 0;
    channels.forEach((channel, row) => { seen += lane(channel, row, part, { x, at, span, colour, doubtful, dense }); });
    ticks(x, at, span, colour, tall);
    tell(part, span, seen, wide);
  }

  function lane(channel, row, part, { x, at, span, colour, doubtful, dense }) {
    const top = row * LANE, side = channel.side === "left" || channel.side === "right" ? channel.side : "both";
    let seen = 0, last = -1;
    const own = bursts[row];
    for (let i = first(own.from, view.from - own.longest); i < own.from.length && own.from[i] < view.to; i++) {
      if (own.to[i] <= view.from) continue;
      if (!own.doubt[i]) seen++;
      const begin = Math.max(x(own.from[i]), at.left), end = Math.min(Math.max(x(own.to[i]), begin + 0.8), at.right);
      if (end <= last) continue; // nothing new on the screen
      const from = Math.max(begin, last); // what overlaps on the screen is shaded once
      last = end;
      pen.fillStyle = own.doubt[i] ? doubtful : colour(side);
      pen.globalAlpha = own.doubt[i] ? 1 : 0.17;
      pen.fillRect(from, top + 3, end - from, LANE - 6);
    }
    pen.globalAlpha = 1;
    const most = signal(part, row, top, { x, at, span, colour: colour(side), hatched: doubtful, dense });
    pen.textAlign = at.roomy ? "right" : "left";
    const words = channel.side === "none" ? channel.name : `${channel.name} ${channel.side}`;
    pen.fillStyle = colour("ink");
    if (at.roomy) {
      pen.fillText(channel.name, at.left - 10, top + LANE / 2 - 2);
      pen.fillStyle = colour("quiet");
      pen.fillText(channel.side === "none" ? "" : channel.side, at.left - 10, top + LANE / 2 + 13);
    } else {
      pen.lineWidth = 3; pen.strokeStyle = colour("sheet"); pen.strokeText(words, at.left, top + 13); pen.fillText(words, at.left, top + 13);
    }
    pen.textAlign = "left";
    pen.fillStyle = pen.strokeStyle = colour("ink");
    pen.lineWidth = 1.6;
    pen.beginPath(); pen.moveTo(at.right + 8, top + LANE / 2 - (LANE - 8) / 4); pen.lineTo(at.right + 8, top + LANE / 2 + (LANE - 8) / 4); pen.stroke();
    pen.fillStyle = colour("quiet");
    pen.fillText(`${most} µV`, at.right + 13, top + LANE / 2 + 4);
    return seen;
  }

  // The coarsest level that still has a block a pixel; where blocks are wider than pixels, a line from low to high.
  function signal(part, row, top, { x, at, span, colour, hatched, dense }) {
    const pixels = (at.right - at.left) * dense, levels = part.rows[row];
    let number = 0;
    while (number + 1 < levels.length && part.block * FACTOR ** (number + 1) <= span / pixels) number++;
    const [low, high] = levels[number], block = part.block * FACTOR ** number;
    const begin = Math.max(Math.floor((view.from - part.start) / block), 0);
    const end = Math.min(Math.ceil((view.to - part.start) / block) + 1, low.length);
    let most = 0;
    for (let i = begin; i < end; i++) if (low[i] !== NONE) most = Math.max(most, Math.abs(low[i]), Math.abs(high[i]));
    const full = rounded(Math.max(value(most, part.most[row]), 25)), middle = top + LANE / 2;
    const y = (byte) => middle - (value(byte, part.most[row]) / full) * (LANE / 2 - 4);
    pen.save();
    pen.beginPath(); pen.rect(at.left, top, at.right - at.left, LANE); pen.clip();
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 0.9;
    pen.beginPath();
    const wide = (block / span) * (at.right - at.left);
    if (wide > 4 && block > 0.003) {
      // Between two blocks nothing is known but how far the signal went: boxes, not a line.
      pen.globalAlpha = 0.6;
      for (let i = begin; i < end; i++) {
        const here = x(part.start + i * block), from = y(high[i]), to = y(low[i]);
        if (low[i] === NONE) missing(here, here + wide, top, hatched); else { pen.fillStyle = colour; pen.fillRect(here, from, wide - 1, Math.max(to - from, 1)); }
      }
      pen.restore();
      return full;
    }
    let column = null, drawing = false, hole = -1, end_y = 0;
    const put = () => {
      if (!column) return;
      // From the end that is nearer to where the line is: what is closer than a block is not known.
      const up = drawing && Math.abs(column.bottom - end_y) < Math.abs(column.top - end_y), by = wide > 2 ? wide / 4 : 0;
      const from = up ? column.bottom : column.top, to = up ? column.top : column.bottom;
      if (drawing) pen.lineTo(column.x - by, from); else pen.moveTo(column.x - by, from);
      pen.lineTo(column.x + Math.max(by, 0.3), to);
      end_y = to;
      drawing = true;
      column = null;
    };
    for (let i = begin; i < end; i++) {
      const here = x(part.start + (i + 0.5) * block);
      if (low[i] === NONE) {
        put(); drawing = false;
        if (hole < 0) hole = x(part.start + i * block);
        continue;
      }
      if (hole >= 0) { missing(hole, x(part.start + i * block), top, hatched); hole = -1; }
      const a = y(high[i]), b = y(low[i]);
      if (column && here - column.x < 1 / dense) { column.top = Math.min(column.top, a); column.bottom = Math.max(column.bottom, b); }
      else { put(); column = { x: here, top: a, bottom: b }; }
    }
    put();
    pen.stroke();
    if (hole >= 0) missing(hole, at.right, top, hatched);
    pen.restore();
    return full;
  }

  function missing(from, to, top, hatched) {
    pen.fillStyle = hatched;
    pen.fillRect(from, top + LANE / 2 - 6, Math.max(to - from, 1), 12);
  }

  function rounded(number) {
    const power = 10 ** Math.floor(Math.log10(number));
    return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((one) => one * power).find((one) => one >= number * 0.999) ?? number;
  }

  function ticks(x, at, span, colour, tall) {
    const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200];
    const step = steps.find((one) => (at.right - at.left) / (span / one) >= 84) ?? 86400;
    const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    pen.textAlign = "center";
    pen.fillStyle = colour("quiet");
    pen.strokeStyle = colour("rule");
    pen.lineWidth = 1;
    for (let k = Math.ceil(view.from / step - 1e-9); k * step <= view.to + 1e-9; k++) {
      const here = x(k * step);
      pen.beginPath(); pen.moveTo(here, 0); pen.lineTo(here, tall - FOOT + 5); pen.globalAlpha = 0.6; pen.stroke(); pen.globalAlpha = 1;
      pen.fillText(clock(k * step, digits), Math.min(Math.max(here, 24), at.right + 20), tall - 8);
    }
  }

  function tell(part, span, seen, wide) {
    const digits = span < 2 ? 3 : span < 60 ? 1 : 0;
    const long = span < 2 ? `${Math.round(1000 * span)} ms` : span < 120 ? `${+span.toFixed(1)} s` : span < 7200 ? `${Math.round(span / 60)} min` : `${+(span / 3600).toFixed(1)} h`;
    const words = `${clock(view.from, digits)} to ${clock(view.to, digits)}: ${long}, ${seen} burst${seen === 1 ? "" : "s"} of all muscles`;
    said.textContent = words;
    canvas.setAttribute("aria-label", `Traces of ${channels.length} muscles, ${words}`);
    near.hidden = span / wide > part.block || span >= 60 || part.block <= 0.002;
    command.textContent = `--window ${view.from.toFixed(1)} ${view.to.toFixed(1)}`;
    box.querySelector(".finest").textContent = part.block < 1 ? `${Math.round(1000 * part.block)} ms` : `${part.block} s`;
    goto.placeholder = clock(view.from, 0);
  }

  const steps = {
    whole: () => go(0, length),
    wider: () => zoom(2),
    closer: () => zoom(0.5),
    back: () => go(view.from - 0.6 * (view.to - view.from), view.to - 0.6 * (view.to - view.from)),
    on: () => go(view.from + 0.6 * (view.to - view.from), view.to + 0.6 * (view.to - view.from)),
    burst: () => {
      const wanted = Math.min(view.to - view.from, 2), found = onsets[first(onsets, view.from + 0.1 * wanted + 0.002)];
      if (found !== undefined) go(found - 0.1 * wanted, found + 0.9 * wanted);
    },
  };
  for (const button of box.querySelectorAll("button[data-step]")) button.addEventListener("click", steps[button.dataset.step]);
  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const told = goto.value.trim().split(":").map(Number);
    if (!goto.value.trim() || told.some((one) => !Number.isFinite(one))) { goto.setAttribute("aria-invalid", "true"); return; }
    goto.removeAttribute("aria-invalid");
    const at = told.reduce((sum, one) => 60 * sum + one, 0), span = Math.min(view.to - view.from, 20);
    go(at, at + span);
  });
  const keys = { ArrowLeft: "back", ArrowRight: "on", "+": "closer", "=": "closer", "-": "wider", Home: "whole", n: "burst" };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    steps[keys[event.key]]();
  });

  const time = (event) => {
    const edge = canvas.getBoundingClientRect(), at = place(edge.width);
    return view.from + ((event.clientX - edge.left - at.left) / (at.right - at.left)) * (view.to - view.from);
  };
  // The wheel alone scrolls the page, as everywhere; it zooms once the drawing was chosen, or with Ctrl.
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 200))), time(event));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoom(0.25, time(event)));

  // One finger moves, two zoom; up and down scrolls the page.
  const held = new Map();
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); held.set(event.pointerId, time(event)); });
  canvas.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1], before = held.get(event.pointerId);
    if (other === undefined) { const by = before - time(event); go(view.from + by, view.to + by); return; }
    const now = time(event), times = Math.abs(before - other) / Math.max(Math.abs(now - other), 1e-6);
    zoom(Math.min(Math.max(times, 0.5), 2), other);
    held.set(event.pointerId, time(event));
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => held.delete(event.pointerId));

  box.hidden = false;
  new ResizeObserver(() => go(view.from, view.to)).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => go(view.from, view.to));
  draw();
})();
