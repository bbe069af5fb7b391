/** What an app may ask of the worker that it runs in. */
export interface WorkerControl {
  /**
   * Lets the worker be without a turn of its event loop for so many seconds from now, as far as `timeout` and `stallWarning` are
   * concerned: for a handler that computes for long. The longest time that was asked for holds, for the whole worker. Takes effect
   * at once. Throws a TypeError for what is no number of seconds; does nothing outside of pf.
   */
  extendDeadline(seconds: number): void
}

/** The worker that runs this code. */
export const worker: WorkerControl = {
  extendDeadline(seconds) {
    const control = Reflect.get(globalThis, Symbol.for('pf.worker')) as WorkerControl | undefined
    control?.extendDeadline(seconds)
  }
}
