// @ts-check
// Counts seconds down by the clock, so that a tab that slept is right when it wakes.

export class Countdown {
  #timer;

  /**
   * @param {number} ms
   * @param {(seconds: number) => void} onTick called each second, at last with 0
   */
  constructor(ms, onTick) {
    const end = Date.now() + ms;
    this.#timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      if (seconds === 0) this.stop();
      onTick(seconds);
    }, 250);
  }

  stop() {
    clearInterval(this.#timer);
  }
}
