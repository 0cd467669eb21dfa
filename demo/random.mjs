// The random numbers of the synthetic recording. Only + - * / are used on what the generator gives, so that every
// JavaScript engine draws the same values from the same seed.

/** SplitMix64. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = BigInt(seed);
  }

  /** Uniform in (0, 1), 53 bits. */
  unit() {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    z ^= z >> 31n;
    return (Number(z >> 11n) + 0.5) / 2 ** 53;
  }

  /** Uniform integer, both ends included. */
  int(low, high) {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(p) {
    return this.unit() < p;
  }

  pick(list) {
    return list[this.int(0, list.length - 1)];
  }

  /** Nearly normal, mean 0, deviation 1. */
  gauss() {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.unit();
    return sum;
  }

  /** Long-tailed, median 1; its logarithm has deviation 2. */
  tail() {
    return (this.unit() * this.unit()) / (this.unit() * this.unit());
  }
}
