import { type Extensions, openExtensions } from './extensions.ts'
import { monotonicNow } from './monotonic.ts'

/** What an app may ask of the worker that it runs in. */
export interface WorkerControl {
  /**
   * Lets the worker be without a turn of its event loop for so many seconds from now, as far as `timeout` and `stallWarning` are
   * concerned: for a handler that computes for long. Takes effect at once, and holds for the whole worker, whichever handler asks;
   * the longest time that was asked for counts. To dispose of what is returned ends the extension, and no other, five seconds
   * later; otherwise it holds for all of its time, even when the handler has long returned. Throws a TypeError for what is no
   * number, and a RangeError for less than 0 and more than a day.
   */
  extendDeadline(seconds: number): Disposable
}

/** So long the event loop has to turn when an extension is taken back: what has computed may not have returned yet. */
const LAST_TURN_MS = 5000

/** A day: nobody would notice a worker that hangs for longer. */
const MOST_SECONDS = 24 * 3600

/** Under this name the global object has it; `@pf/cli/worker` looks there. */
const CONTROL = Symbol.for('pf.worker')

/** Outside of a worker there is nothing to ask. */
const NO_CONTROL: WorkerControl = { extendDeadline: () => ({ [Symbol.dispose]() {} }) }

/** Gives the app in this thread control over the worker that has the scoreboard behind `fd`. */
export function installWorkerControl(fd: number): void {
  let extensions: Extensions | undefined
  const control: WorkerControl = {
    extendDeadline: (seconds) => {
      checkSeconds(seconds)
      extensions ??= openExtensions(fd)
      const takeBack = extensions.add(monotonicNow() + seconds * 1000)
      return { [Symbol.dispose]: () => takeBack(monotonicNow() + LAST_TURN_MS) }
    }
  }
  Reflect.set(globalThis, CONTROL, control)
}

/** The control over the worker that this is, if it is one. */
export function workerControl(): WorkerControl {
  return (Reflect.get(globalThis, CONTROL) as WorkerControl | undefined) ?? NO_CONTROL
}

function checkSeconds(seconds: unknown): void {
  if (typeof seconds !== 'number')
    throw new TypeError(`extendDeadline: ${String(seconds)} is not a number of seconds`)
  if (!(seconds >= 0 && seconds <= MOST_SECONDS))
    throw new RangeError(`extendDeadline: ${seconds} is not a number of seconds from 0 to ${MOST_SECONDS}`)
}
