/** Where a thread is in its JavaScript, innermost first. */
export interface ThreadStack {
  /** `main`, or the name it has registered with. */
  readonly thread: string
  readonly frames: readonly Frame[]
}

export interface Frame {
  readonly function: string
  /** A path, a `file:` or `node:` URL. */
  readonly filename: string
  readonly lineno: number
  readonly colno: number
}

/** The package that reads the stacks of threads that are busy. It is optional. */
export const STACKS_PACKAGE = '@sentry-internal/node-native-stacktrace'

/** What a worker's watchdog answers when the arbiter asks where the threads are; one line of JSON. */
export interface WatchdogAnswer {
  /** The number that the arbiter has asked with. */
  readonly question: number
  /** Without where {@link STACKS_PACKAGE} is not installed, or has no binary for this Node. */
  readonly stacks?: readonly ThreadStack[] | undefined
}
