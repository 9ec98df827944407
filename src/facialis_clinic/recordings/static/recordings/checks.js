// Before it films: how many pictures a second come, whether the camera stands still, and how the face stands in it.
const SLOWEST = 24; // pictures a second; below it short twitches are blurred (facialis.face.quality)
const LOOK_MS = 2200, STEP_MS = 250, SPAN_MS = 2500;
const DARKEST = 40, SHAKES = 7; // grey levels, 0 to 255
const SMALL = [64, 48], STILL_SIDE = 640;

export class Checks {
  constructor(video, camera, { look, most, token, told }) {
    Object.assign(this, { video, camera, look, most, token, told });
    this.seen = { face: null, distance: null, straight: null, light: null, steady: null, rate: null };
    this.small = document.createElement("canvas");
    [this.small.width, this.small.height] = SMALL;
    this.paper = this.small.getContext("2d", { willReadFrequently: true });
    this.frames = [];
    this.moves = [];
    this.before = null;
    this.slow = 0;
    this.going = true;
    this.began = performance.now();
    this.count();
    this.ticker = setInterval(() => this.step(), STEP_MS);
    this.asking = this.ask();
  }

  stop() {
    this.going = false;
    clearInterval(this.ticker);
    return this.asking;
  }

  say(check, text) {
    if (!this.going || this.seen[check] === text) return;
    this.seen[check] = text;
    this.told(this.seen);
  }

  // How many pictures the browser was given: presentedFrames counts those too that this page was too busy to hear of.
  count() {
    if (!this.video.requestVideoFrameCallback) return;
    const heard = (now, about) => {
      this.frames.push([now, about.presentedFrames]);
      while (this.frames[0][0] < now - SPAN_MS) this.frames.shift();
      if (this.going) this.video.requestVideoFrameCallback(heard);
    };
    this.video.requestVideoFrameCallback(heard);
  }

  rate() {
    if (!this.video.requestVideoFrameCallback) {
      const now = performance.now();
      this.frames.push([now, this.video.getVideoPlaybackQuality?.().totalVideoFrames ?? NaN]);
      while (this.frames[0][0] < now - SPAN_MS) this.frames.shift();
    }
    const [first, last] = [this.frames[0], this.frames.at(-1)];
    return last && last[0] - first[0] > SPAN_MS / 2 ? (1000 * (last[1] - first[1])) / (last[0] - first[0]) : null;
  }

  step() {
    if (this.video.readyState < 2) return;
    const rate = this.rate();
    if (rate !== null && Number.isFinite(rate)) this.judgeRate(Math.round(rate));
    else if (performance.now() - this.began > 3 * SPAN_MS) this.say("rate", "The camera gives hardly any picture.");
    const grey = this.picture();
    if (this.before) {
      this.moves.push(moved(grey, this.before));
      if (this.moves.length > SPAN_MS / STEP_MS) this.moves.shift();
      if (this.moves.length > 4) {
        const mean = this.moves.reduce((sum, one) => sum + one, 0) / this.moves.length;
        this.say("steady", mean > SHAKES ? "The picture shakes. Prop the phone up, do not hold it." : "");
      }
    }
    this.before = grey;
    this.dark = grey.reduce((sum, one) => sum + one, 0) / grey.length < DARKEST;
    if (this.dark) this.say("light", "It is too dark. Turn your face to a window or a lamp.");
  }

  judgeRate(rate) {
    if (rate >= SLOWEST) {
      this.slow = 0;
      this.say("rate", "");
      return;
    }
    this.slow += 1;
    if (this.slow * STEP_MS < SPAN_MS) return;
    this.slow = 0;
    this.frames = [];
    this.camera.smaller().then((stepped) => {
      if (!stepped) this.say("rate", `Only ${rate} pictures a second. Close other programs, and use more light.`);
    });
  }

  picture() {
    this.paper.drawImage(this.video, 0, 0, ...SMALL);
    const { data } = this.paper.getImageData(0, 0, ...SMALL);
    return Float32Array.from({ length: data.length / 4 }, (_, i) => 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2]);
  }

  async ask() {
    while (this.going) {
      await new Promise((done) => { setTimeout(done, LOOK_MS); });
      if (!this.going || this.video.readyState < 2) continue;
      try {
        const body = await this.still();
        if (!body) continue;
        const headers = { "X-CSRFToken": this.token, "Content-Type": "image/jpeg" };
        const answer = await fetch(this.look, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
        if (answer.status === 429) continue;
        if (answer.ok) this.heard((await answer.json()).checks);
        else this.unheard();
      } catch {
        this.unheard();
      }
    }
  }

  heard(checks) {
    for (const name of ["face", "distance", "straight", "light"]) {
      if (name === "light" && this.dark) continue;
      this.say(name, checks[name] ?? null);
    }
  }

  // Without an answer nothing is known of the face; that is no reason not to film.
  unheard() {
    for (const name of ["face", "distance", "straight"]) {
      if (this.seen[name] === null) this.say(name, "This could not be checked. Look yourself, and go on.");
    }
  }

  async still() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const scale = Math.min(1, STILL_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.8, 0.6, 0.4]) {
      const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
      if (blob && blob.size <= this.most) return blob;
    }
    return null;
  }
}

// How much the edges of the picture changed: the middle, where the face is, may move.
const moved = (now, before) => {
  const [width, height] = SMALL;
  let sum = 0, count = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (x > width / 5 && x < (4 * width) / 5) continue;
      sum += Math.abs(now[y * width + x] - before[y * width + x]);
      count += 1;
    }
  }
  return sum / count;
};
