// SHA-256 (FIPS 180-4) over pieces: the browser's own takes a file only as a whole, and films do not fit into memory.
export const SHA256 = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  // The first 32 bits of the fractions of the primes' roots, exact: floor(root * 2^32) in whole numbers.
  const root = (n, power) => {
    const target = BigInt(n) << BigInt(32 * power);
    let low = 0n, high = 1n << 40n;
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** BigInt(power) <= target) low = middle; else high = middle - 1n;
    }
    return Number(low & 0xffffffffn) | 0;
  };
  const K = new Int32Array(primes.map((p) => root(p, 3)));
  const START = primes.slice(0, 8).map((p) => root(p, 2));

  class Digest {
    constructor() {
      this.state = new Int32Array(START);
      this.rest = new Uint8Array(64);
      this.held = 0;
      this.length = 0;
      this.words = new Int32Array(64);
    }

    add(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.held) {
        const more = Math.min(64 - this.held, bytes.length);
        this.rest.set(bytes.subarray(0, more), this.held);
        this.held += more;
        at = more;
        if (this.held < 64) return this;
        this.block(this.rest, 0);
        this.held = 0;
      }
      for (; at + 64 <= bytes.length; at += 64) this.block(bytes, at);
      this.rest.set(bytes.subarray(at));
      this.held = bytes.length - at;
      return this;
    }

    block(bytes, at) {
      const w = this.words;
      for (let i = 0; i < 16; i += 1, at += 4) {
        w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      }
      for (let i = 16; i < 64; i += 1) {
        const x = w[i - 15], y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      const s = this.state;
      // One by one: taking an array apart in one go is many times slower.
      let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
      for (let i = 0; i < 64; i += 1) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
    }

    hex() {
      const end = new Uint8Array(this.held < 56 ? 64 : 128);
      end.set(this.rest.subarray(0, this.held));
      end[this.held] = 0x80;
      new DataView(end.buffer).setBigUint64(end.length - 8, BigInt(this.length) * 8n);
      for (let at = 0; at < end.length; at += 64) this.block(end, at);
      return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
  }
  return Digest;
})();
