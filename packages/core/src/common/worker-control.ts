import { monotonicNow } from './monotonic.ts'
import { extendDeadline } from './scoreboard.ts'

/** What an app may ask of the worker that it runs in. */
export interface WorkerControl {
  /**
   * Lets the worker be without a turn of its event loop for so many seconds from now, as far as `timeout` and `stallWarning` are
   * concerned: for a handler that computes for long. The longest time that was asked for holds, for the whole worker. Takes effect
   * at once. Throws a TypeError for what is no number of seconds.
   */
  extendDeadline(seconds: number): void
}

/** Under this name the global object has it; `@pf/cli/worker` looks there. */
const CONTROL = Symbol.for('pf.worker')

/** Outside of a worker there is nothing to ask. */
const NO_CONTROL: WorkerControl = { extendDeadline: () => {} }

/** Gives the app in this thread control over the worker that has the scoreboard behind `fd`. */
export function installWorkerControl(fd: number): void {
  const control: WorkerControl = {
    extendDeadline: (seconds) => {
      if (typeof seconds !== 'number' || !(seconds >= 0))
        throw new TypeError(`extendDeadline: ${String(seconds)} is not a number of seconds`)
      extendDeadline(fd, monotonicNow() + seconds * 1000)
    }
  }
  Reflect.set(globalThis, CONTROL, control)
}

/** The control over the worker that this is, if it is one. */
export function workerControl(): WorkerControl {
  return (Reflect.get(globalThis, CONTROL) as WorkerControl | undefined) ?? NO_CONTROL
}
