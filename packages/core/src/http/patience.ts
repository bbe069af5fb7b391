import type { Config } from '../config/settings.ts'

/** How long clients and apps may take, in milliseconds; Infinity for no limit. The settings of the same names. */
export interface Patience {
  /** From the accepted connection to its first byte. */
  readonly firstByte: number
  /** From the first byte of a request to the end of its head. */
  readonly head: number
  /** Between two pieces of content, while the app waits for the next. */
  readonly body: number
  /** Between two requests. */
  readonly keepAlive: number
  /** From the end of the head to the end of the answer. */
  readonly request: number
  /** For a client that takes nothing of what is sent to it. */
  readonly write: number
}

/** The limits of a config. */
export function patienceOf(config: Config): Patience {
  return {
    firstByte: limit(config.firstByteTimeout),
    head: limit(config.headTimeout),
    body: limit(config.bodyTimeout),
    keepAlive: config.keepAlive * 1000,
    request: limit(config.requestTimeout),
    write: limit(config.writeTimeout)
  }
}

function limit(seconds: number): number {
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000
}

/**
 * How long something has stayed the same, for those that are looked at now and then: it counts from the first look that
 * found it so. Hence a limit is never cut short, and nothing needs to read a clock in between.
 */
export class Watch {
  #mark: unknown = undefined
  #since = 0
  #latest = 0

  /** Milliseconds for which the looks have found `mark`. */
  elapsed(mark: unknown, now: number): number {
    if (mark !== this.#mark) {
      this.#mark = mark
      this.#since = now
    }
    this.#latest = now
    return now - this.#since
  }

  /** What `elapsed()` gave last, if that was for `mark`; otherwise 0. */
  lasted(mark: unknown): number {
    return mark === this.#mark ? this.#latest - this.#since : 0
  }
}

/** Bytes of later requests that are taken in while one is being answered. */
export const READ_AHEAD = 64 * 1024

/** Bytes of content that nobody read and that are passed over to keep a connection; beyond them it is closed. */
export const DISCARD_BYTES = 64 * 1024

/** When the answer is out: how long the rest of the content may take to arrive, or to be read on by the app. */
export const REST_MS = 5000

/** After the last answer, how long a client may go on sending before it finds the connection reset (RFC 9112 section 9.6). */
export const LINGER_MS = 2000

/**
 * A client that has closed its sending half may wait for its answer, or may have gone: only sending to it would tell. How
 * long it may take nothing until it counts as gone.
 */
export const HALF_CLOSED_MS = 1000
