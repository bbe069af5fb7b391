/** What an app may ask of the worker that it runs in. */
export interface WorkerControl {
  /**
   * Lets the worker be without a turn of its event loop for so many seconds from now, as far as `timeout` and `stallWarning` are
   * concerned: for a handler that computes for long. Takes effect at once, and holds for the whole worker, whichever handler asks;
   * the longest time that was asked for counts. To dispose of what is returned ends the extension, and no other, five seconds
   * later; otherwise it holds for all of its time, even when the handler has long returned. Throws a TypeError for what is no
   * number, and a RangeError for less than 0 and more than a day. Does nothing outside of pf.
   */
  extendDeadline(seconds: number): Disposable
}

/** The worker that runs this code. */
export const worker: WorkerControl = {
  extendDeadline(seconds) {
    const control = Reflect.get(globalThis, Symbol.for('pf.worker')) as WorkerControl | undefined
    return control?.extendDeadline(seconds) ?? { [Symbol.dispose]() {} }
  }
}
