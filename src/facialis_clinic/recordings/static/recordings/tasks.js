// Shows the tasks one after the other while the film runs, and writes down when each was really shown.
const TICK_MS = 50, LEAST_S = 0.5, LEAST_REST_S = 2;

// The film's own clock: it stands while the film is paused.
class Clock {
  constructor(recorder) {
    this.done = 0;
    this.since = null;
    recorder.addEventListener("start", () => { this.since = performance.now(); });
    recorder.addEventListener("pause", () => { this.done = this.now(); this.since = null; });
    recorder.addEventListener("resume", () => { this.since = performance.now(); });
  }

  now() {
    return this.done + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }
}

export class Tasks {
  // `show(what)` puts words on the screen; `tasks` as facialis.face.guided.prompts gives them.
  constructor(recorder, tasks, readS, show) {
    Object.assign(this, { recorder, tasks, readS, show });
    this.clock = new Clock(recorder);
    this.shown = [];
    this.asked = "";
    this.goOn = null;
  }

  pause() {
    if (this.paused) return;
    this.paused = new Promise((done) => { this.goOn = done; });
    this.asked ||= "again";
    if (this.recorder.state === "recording") this.recorder.pause();
  }

  resume() {
    if (!this.paused) return;
    if (this.recorder.state === "paused") this.recorder.resume();
    this.paused = null;
    this.goOn();
  }

  again() {
    this.asked ||= "again";
  }

  stop() {
    this.asked = "stop";
    this.resume();
  }

  // Resolves to true when all were shown, to false when it was stopped.
  async run() {
    for (let index = 0; index < this.tasks.length;) {
      const task = { ...this.tasks[index] };
      if (await this.one(task, index)) index += 1;
      if (this.asked === "stop") return false;
    }
    return true;
  }

  async one(task, index) {
    const left = { s: task.seconds };
    for (;;) {
      this.asked = this.asked === "stop" ? "stop" : this.paused ? "again" : "";
      if (this.asked === "stop") return false;
      const read = await this.until(this.readS, (at) => this.show({ task, index, reading: Math.ceil(this.readS - at) }));
      const began = this.clock.now();
      const done = read && await this.until(left.s, (at) => this.show({ task, index, at: task.seconds - left.s + at, left: left.s - at }));
      if (read) this.note(task, began, done);
      if (done) return true;
      if (this.asked === "stop") return false;
      if (!this.paused) continue;
      // After a pause rest goes on where it was; a movement begins anew.
      if (read && task.kind === "rest") left.s -= this.clock.now() - began;
      this.show({ task, index, paused: true });
      await this.paused;
      if (left.s < Math.min(LEAST_REST_S, task.seconds)) return true;
    }
  }

  // Waits for so many seconds of film; false as soon as something else was asked for.
  until(seconds, tick) {
    const began = this.clock.now();
    return new Promise((done) => {
      const step = () => {
        const at = this.clock.now() - began;
        if (this.asked) { end(false); return; }
        if (at >= seconds) { end(true); return; }
        tick(at);
      };
      const timer = setInterval(step, TICK_MS);
      const end = (whole) => { clearInterval(timer); done(whole); };
      step();
    });
  }

  // What was broken off was asked for all the same: without it the movement would pass for a spasm.
  note(task, start, whole) {
    const end = this.clock.now();
    if (end - start < LEAST_S && !whole) return;
    const row = { name: task.name, kind: task.kind, start_s: round(start), end_s: round(end) };
    if (!whole && task.kind !== "rest") row.name += " (broken off)";
    else if (task.repeats) row.repeats = task.repeats;
    if (task.arrow) row.arrow = task.arrow;
    this.shown.push(row);
  }
}

const round = (seconds) => Math.round(1000 * seconds) / 1000;

// What is to be done at this moment of a task that has repeats: which one, and whether to do it or to let go.
export const cue = (task, at) => {
  if (!task.repeats || !task.go) return null;
  const each = task.seconds / task.repeats;
  const number = Math.min(task.repeats, Math.floor(at / each) + 1);
  const doing = at - (number - 1) * each < task.held_s;
  return { number, doing, text: doing ? task.go : task.rest };
};
