"use strict";
/* Curves of both sides over time on a canvas, with a cursor on a canvas of its own.

   Each curve has a pyramid of least and most values, so that drawing takes as long as the picture is wide, whatever the
   length of the film. */
(() => {
  const NOT_SEEN = -32768;
  const GUTTER = 132;
  const LANE = 26;
  const FOOT = 22;

  const read = (buffer) => {
    const view = new DataView(buffer);
    const length = view.getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    let at = 4 + Math.ceil(length / 4) * 4;
    const time = new Float32Array(buffer, at, head.count);
    at += 4 * head.count;
    const curves = [];
    for (let i = 0; i < 2 * head.rows.length; i++) {
      curves.push(pyramid(new Int16Array(buffer, at, head.count)));
      at += 2 * head.count;
    }
    return { ...head, time, curves };
  };

  /* Levels of [least, most] over 4, 16, 64 ... values; level 0 is the curve itself. */
  const pyramid = (values) => {
    const levels = [{ low: values, high: values }];
    while (levels[levels.length - 1].low.length > 64) {
      const { low, high } = levels[levels.length - 1];
      const count = Math.ceil(low.length / 4);
      const next = { low: new Int16Array(count), high: new Int16Array(count) };
      for (let i = 0; i < count; i++) {
        let least = 32767, most = NOT_SEEN;
        for (let j = 4 * i; j < Math.min(4 * i + 4, low.length); j++) {
          if (low[j] === NOT_SEEN) continue;
          if (low[j] < least) least = low[j];
          if (high[j] > most) most = high[j];
        }
        next.low[i] = most === NOT_SEEN ? NOT_SEEN : least;
        next.high[i] = most;
      }
      levels.push(next);
    }
    return levels;
  };

  /* The least and most of values [from, to), or null where none was seen. */
  const extent = (levels, from, to, out) => {
    let depth = 0;
    for (let width = to - from; width > 8 && depth + 1 < levels.length; width /= 4) depth++;
    const { low, high } = levels[depth];
    const step = 4 ** depth;
    let least = 32767, most = NOT_SEEN;
    for (let i = Math.floor(from / step), end = Math.ceil(to / step); i < end; i++) {
      if (low[i] === NOT_SEEN) continue;
      if (low[i] < least) least = low[i];
      if (high[i] > most) most = high[i];
    }
    out[0] = least; out[1] = most;
    return most !== NOT_SEEN;
  };

  class Trace {
    constructor(host, { onScrub = () => {}, only = null } = {}) {
      this.host = host;
      this.onScrub = onScrub;
      this.only = only;
      this.at = 0;
      this.tall = 1;
      this.selected = -1;
      this.base = document.createElement("canvas");
      this.top = document.createElement("canvas");
      host.replaceChildren(this.base, this.top);
      host.tabIndex = 0;
      host.setAttribute("role", "slider");
      host.setAttribute("aria-label", "Time in the film");
      host.setAttribute("aria-valuemin", "0");
      const drag = (event) => this.scrub(this.timeAt(event.clientX));
      host.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        host.setPointerCapture(event.pointerId);
        drag(event);
        host.addEventListener("pointermove", drag);
      });
      for (const end of ["pointerup", "pointercancel"]) {
        host.addEventListener(end, () => host.removeEventListener("pointermove", drag));
      }
      host.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(event.clientX));
      }, { passive: false });
      new ResizeObserver(() => this.draw()).observe(host);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    }

    async load(address) {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.data = read(await answer.arrayBuffer());
      const { time } = this.data;
      this.end = Math.max(this.data.duration_s, time.length ? time[time.length - 1] : 0, 0.1);
      this.from = 0;
      this.to = this.end;
      this.scale = this.usual();
      this.host.setAttribute("aria-valuemax", this.end.toFixed(2));
      this.draw();
      return this.data;
    }

    /* What fills a row: nearly the largest pull of any muscle; a slip of tracking shall not flatten all the rest. */
    usual() {
      const found = [];
      this.data.curves.forEach((levels, i) => {
        if (this.data.rows[i >> 1] === "lids") return;
        const { low, high } = levels[Math.min(1, levels.length - 1)];
        for (let k = 0; k < low.length; k++) if (low[k] !== NOT_SEEN) found.push(Math.max(-low[k], high[k]));
      });
      found.sort((a, b) => a - b);
      return Math.max(found[Math.floor(found.length * 0.995)] || 0, 200);
    }

    get width() { return Math.max(this.host.clientWidth - this.gutter, 10); }
    get gutter() { return this.host.clientWidth < 520 ? 8 : GUTTER; }
    x(seconds) { return this.gutter + ((seconds - this.from) / (this.to - this.from)) * this.width; }
    timeAt(clientX) {
      const x = clientX - this.host.getBoundingClientRect().left - this.gutter;
      return Math.min(Math.max(this.from + (x / this.width) * (this.to - this.from), 0), this.end);
    }

    /* The frame that is shown at a moment. */
    frame(seconds) {
      const { time } = this.data;
      let low = 0, high = time.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (time[middle] <= seconds + 1e-4) low = middle; else high = middle - 1;
      }
      return low;
    }

    scrub(seconds) {
      this.moveTo(seconds);
      this.onScrub(this.at);
    }

    moveTo(seconds) {
      if (!this.data) return;
      this.at = Math.min(Math.max(seconds, 0), this.end);
      const wide = this.to - this.from;
      if (this.at < this.from || this.at > this.to) {
        this.from = Math.min(Math.max(this.at - wide / 4, 0), Math.max(this.end - wide, 0));
        this.to = this.from + wide;
        this.draw();
      } else {
        this.cursor();
      }
    }

    zoom(factor, around = this.at) {
      const wide = Math.min(Math.max((this.to - this.from) * factor, 0.5), this.end);
      const share = (around - this.from) / (this.to - this.from);
      this.from = Math.min(Math.max(around - share * wide, 0), this.end - wide);
      this.to = this.from + wide;
      this.draw();
    }

    whole() { this.from = 0; this.to = this.end; this.draw(); }

    show(from, to) { this.from = Math.max(from, 0); this.to = Math.min(Math.max(to, this.from + 0.5), this.end); this.draw(); }

    colours() {
      const style = getComputedStyle(this.host);
      return Object.fromEntries(["left", "right", "both", "ink", "quiet", "rule", "sheet", "wash", "limited"].map(
        (name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    }

    draw() {
      if (!this.data || !this.host.clientWidth) return;
      const ratio = devicePixelRatio || 1;
      for (const canvas of [this.base, this.top]) {
        canvas.width = Math.round(this.host.clientWidth * ratio);
        canvas.height = Math.round(this.host.clientHeight * ratio);
      }
      const ctx = this.base.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.paint = this.colours();
      this.rowHigh = (this.host.clientHeight - 2 * LANE - FOOT) / this.data.rows.length;
      ctx.save();
      ctx.beginPath();
      ctx.rect(this.gutter, 0, this.width, this.host.clientHeight);
      ctx.clip();
      this.drawGround(ctx);
      this.drawEvents(ctx);
      this.drawCurves(ctx);
      ctx.restore();
      this.drawNames(ctx);
      this.cursor();
    }

    drawGround(ctx) {
      const foot = this.host.clientHeight - FOOT;
      ctx.font = "12px system-ui, sans-serif";
      ctx.textBaseline = "middle";
      (this.data.tasks || []).forEach((task, i) => {
        const [x, stop] = [this.x(task.start_s), this.x(task.end_s)];
        ctx.globalAlpha = i % 2 ? 0.9 : 0.45;
        ctx.fillStyle = this.paint.wash;
        ctx.fillRect(x, 0, stop - x, foot);
        ctx.globalAlpha = 1;
        if (stop - x > 30) {
          ctx.save();
          ctx.beginPath(); ctx.rect(x, 0, stop - x - 3, LANE); ctx.clip();
          ctx.fillStyle = this.paint.ink;
          ctx.fillText(task.name, Math.max(x, this.gutter) + 4, LANE / 2);
          ctx.restore();
        }
      });
      ctx.fillStyle = this.paint.rule;
      for (const [start, stop] of this.data.gaps || []) {
        ctx.fillRect(this.x(start), LANE, Math.max(this.x(stop) - this.x(start), 1), foot - LANE);
      }
    }

    drawEvents(ctx) {
      const foot = this.host.clientHeight - FOOT;
      this.data.events.forEach((event, i) => {
        const x = this.x(event.onset_s), wide = Math.max(this.x(event.offset_s) - x, 2);
        if (x + wide < this.gutter || x > this.host.clientWidth) return;
        const looked = event.kind === "spasm" || event.kind === "synkinesis";
        const colour = this.paint[event.side] || this.paint.both;
        const out = event.state === "out";
        ctx.fillStyle = ctx.strokeStyle = colour;
        ctx.globalAlpha = looked ? 1 : 0.45;
        const high = looked ? LANE - 8 : (LANE - 8) / 2;
        const y = LANE + 4 + (LANE - 8 - high);
        if (out) ctx.strokeRect(x + 0.5, y + 0.5, wide - 1, high - 1); else ctx.fillRect(x, y, wide, high);
        if (looked && !out) {
          ctx.globalAlpha = i === this.selected ? 0.28 : 0.13;
          for (const region of event.regions) {
            const row = this.data.rows.indexOf(region);
            if (row >= 0) ctx.fillRect(x, 2 * LANE + row * this.rowHigh, wide, this.rowHigh);
          }
        }
        if (i === this.selected) {
          ctx.globalAlpha = 1;
          ctx.strokeStyle = this.paint.ink;
          ctx.strokeRect(x - 1.5, LANE + 2.5, wide + 3, foot - LANE - 3);
        }
      });
      ctx.globalAlpha = 1;
    }

    drawCurves(ctx) {
      const columns = Math.round(this.width), { time, curves, rows } = this.data;
      const edges = new Int32Array(columns + 1);
      for (let c = 0; c <= columns; c++) {
        edges[c] = this.frame(this.from + (c / columns) * (this.to - this.from));
      }
      const pair = [new Float32Array(2 * columns), new Float32Array(2 * columns)];
      const out = [0, 0];
      const inView = edges[columns] - edges[0];
      const few = inView < columns / 2 && [edges[0], Math.min(edges[columns] + 1, time.length - 1)];
      const sides = [this.paint.left, this.paint.right];
      rows.forEach((name, row) => {
        const lids = name === "lids";
        const scale = lids ? 12000 : this.scale / this.tall;
        const zero = 2 * LANE + row * this.rowHigh + this.rowHigh * (lids ? 0.85 : 0.7);
        const unit = (this.rowHigh * 0.62) / scale;
        ctx.strokeStyle = this.paint.rule;
        ctx.lineWidth = 1;
        ctx.beginPath(); ctx.moveTo(this.gutter, zero + 0.5); ctx.lineTo(this.host.clientWidth, zero + 0.5); ctx.stroke();
        pair.forEach((heights, side) => {
          for (let c = 0; c < columns; c++) {
            const from = edges[c], to = Math.min(Math.max(edges[c + 1], from) + 1, time.length);
            const seen = extent(curves[2 * row + side], from, to, out);
            heights[2 * c] = seen ? zero - out[0] * unit : NaN;
            heights[2 * c + 1] = seen ? zero - out[1] * unit : NaN;
          }
        });
        const clip = new Path2D();
        clip.rect(this.gutter, 2 * LANE + row * this.rowHigh, this.width, this.rowHigh);
        ctx.save();
        ctx.clip(clip);
        this.drawDifference(ctx, pair, columns, sides);
        for (const side of [1, 0]) {
          if (few) this.drawLine(ctx, curves[2 * row + side][0].low, zero, unit, few, sides[side]);
          else this.drawCurve(ctx, pair[side], columns, sides[side]);
        }
        ctx.restore();
      });
    }

    /* Between the two curves, in the colour of the side that goes further. */
    drawDifference(ctx, [left, right], columns, sides) {
      ctx.globalAlpha = 0.22;
      for (let side = 0; side < 2; side++) {
        ctx.fillStyle = sides[side];
        for (let c = 0; c < columns; c++) {
          const l = (left[2 * c] + left[2 * c + 1]) / 2, r = (right[2 * c] + right[2 * c + 1]) / 2;
          const high = side ? l - r : r - l;
          if (high > 0.5) ctx.fillRect(this.gutter + c, side ? r : l, 1, high);
        }
      }
      ctx.globalAlpha = 1;
    }

    /* A column at a time: a stroked path of as many points takes ten times as long. */
    drawCurve(ctx, heights, columns, colour) {
      ctx.fillStyle = colour;
      let top = NaN, foot = NaN;
      for (let c = 0; c < columns; c++) {
        let low = heights[2 * c], high = heights[2 * c + 1];
        if (Number.isNaN(low)) { top = NaN; continue; }
        const [ownTop, ownFoot] = [high, low];
        // Down or up to where the column before ended, so that the line holds together.
        if (top > low) low = top;
        if (foot < high) high = foot;
        ctx.fillRect(this.gutter + c, high - 0.65, 1, low - high + 1.3);
        [top, foot] = [ownTop, ownFoot];
      }
    }

    /* A line from frame to frame, where there are few of them. */
    drawLine(ctx, values, zero, unit, [first, last], colour) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      let down = false;
      for (let i = first; i <= last; i++) {
        if (values[i] === NOT_SEEN) { down = false; continue; }
        const x = this.x(this.data.time[i]), y = zero - values[i] * unit;
        if (down) ctx.lineTo(x, y); else ctx.moveTo(x, y);
        down = true;
      }
      ctx.stroke();
    }

    drawNames(ctx) {
      const narrow = this.gutter < GUTTER;
      ctx.textBaseline = "middle";
      ctx.font = `${narrow ? 11 : 13}px system-ui, sans-serif`;
      ctx.fillStyle = this.paint.ink;
      this.data.rows.forEach((name, row) => {
        ctx.textAlign = narrow ? "left" : "right";
        const y = 2 * LANE + (row + (narrow ? 0.14 : 0.5)) * this.rowHigh;
        ctx.fillText(name.replaceAll("_", " "), narrow ? 10 : this.gutter - 10, y);
      });
      if (!narrow) {
        ctx.fillStyle = this.paint.quiet;
        ctx.fillText("events", this.gutter - 10, LANE * 1.5);
        if ((this.data.tasks || []).length) ctx.fillText("tasks", this.gutter - 10, LANE / 2);
        const percent = [10, 5, 2, 1, 0.5].find((p) => (p * 100 * this.rowHigh * 0.62 * this.tall) / this.scale < this.rowHigh * 0.7) || 0.5;
        const high = (percent * 100 * this.rowHigh * 0.62 * this.tall) / this.scale;
        const foot = 2 * LANE + this.rowHigh * 0.85;
        ctx.fillRect(10, foot - high, 2, high);
        ctx.textAlign = "left";
        ctx.fillText(`${percent} %`, 15, foot - high / 2);
      }
      this.drawTimes(ctx);
    }

    drawTimes(ctx) {
      const wide = this.to - this.from;
      const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300].find((s) => (s / wide) * this.width > 64) || 600;
      const y = this.host.clientHeight - FOOT / 2;
      ctx.font = "12px system-ui, sans-serif";
      ctx.fillStyle = ctx.strokeStyle = this.paint.quiet;
      ctx.textAlign = "center";
      for (let t = Math.ceil(this.from / step) * step; t <= this.to + 1e-6; t += step) {
        const x = this.x(t);
        if (x > this.gutter + 14 && x < this.host.clientWidth - 20) ctx.fillText(clock(t, step), x, y);
      }
    }

    cursor() {
      if (!this.data) return;
      const ctx = this.top.getContext("2d"), ratio = devicePixelRatio || 1;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, this.host.clientWidth, this.host.clientHeight);
      const x = Math.round(this.x(this.at)) + 0.5;
      ctx.strokeStyle = ctx.fillStyle = this.paint.ink;
      ctx.lineWidth = 1.5;
      ctx.beginPath(); ctx.moveTo(x, 0); ctx.lineTo(x, this.host.clientHeight - FOOT); ctx.stroke();
      const text = clock(this.at, 0.01);
      ctx.font = "600 12px system-ui, sans-serif";
      const wide = ctx.measureText(text).width + 10;
      const left = Math.min(Math.max(x - wide / 2, 0), this.host.clientWidth - wide);
      ctx.fillRect(left, this.host.clientHeight - FOOT, wide, FOOT - 2);
      ctx.fillStyle = this.paint.sheet;
      ctx.textAlign = "left"; ctx.textBaseline = "middle";
      ctx.fillText(text, left + 5, this.host.clientHeight - FOOT / 2 - 1);
      this.host.setAttribute("aria-valuenow", this.at.toFixed(2));
      this.host.setAttribute("aria-valuetext", text);
    }
  }

  const clock = (seconds, step) => {
    const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    const minutes = Math.floor(seconds / 60 + 1e-9);
    const rest = (seconds - 60 * minutes).toFixed(digits);
    return `${minutes}:${rest.padStart(digits ? digits + 3 : 2, "0")}`;
  };

  /* A film that follows a cursor: while it looks for one picture, only the newest wish waits. */
  class Film {
    constructor(video) {
      this.video = video;
      this.wish = null;
      this.asked = 0;
      video.addEventListener("seeked", () => this.next());
      video.addEventListener("loadedmetadata", () => this.next());
    }
    /* The middle of a picture's time: its edge may round to the picture before. */
    seek(seconds) { this.wish = seconds; this.next(); }
    next() {
      if (this.wish === null || this.video.seeking || !this.video.readyState) return;
      const seconds = this.wish;
      this.wish = null;
      this.asked = performance.now();
      this.video.currentTime = seconds;
    }
    get busy() { return this.wish !== null || this.video.seeking; }
    /* Tell of each picture as it is shown. */
    follow(told) {
      const { video } = this;
      if (video.requestVideoFrameCallback) {
        const shown = (_, picture) => { if (!video.paused) told(picture.mediaTime); video.requestVideoFrameCallback(shown); };
        video.requestVideoFrameCallback(shown);
      } else {
        video.addEventListener("timeupdate", () => { if (!video.paused) told(video.currentTime); });
      }
      video.addEventListener("seeked", () => { if (!this.busy && document.activeElement === video) told(video.currentTime); });
    }
  }

  globalThis.Trace = Trace;
  globalThis.Film = Film;
})();
