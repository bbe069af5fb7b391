import type { HttpExchange } from './http-exchange.ts'
import { HALF_CLOSED_MS, LINGER_MS, type Patience, REST_MS, Watch } from './patience.ts'
import type { SocketWriter } from './socket-writer.ts'

/** Where a connection is in its life. `rest`: the answer is out, and not all of the request's content has come. */
export type ConnectionState = 'head' | 'exchange' | 'rest' | 'linger' | 'tunnel' | 'closed'

/** What the limits are judged by, at the moment of a look. */
export interface Moment {
  readonly state: ConnectionState
  /** Counts the moments from which the limit of a state runs anew. */
  readonly steps: number
  readonly exchange: HttpExchange | undefined
  readonly writer: SocketWriter
  /** Nothing of a request has come. */
  readonly atStart: boolean
  /** Requests answered so far. */
  readonly served: number
  /** The client has closed its sending half. */
  readonly ended: boolean
  /** The app waits for content, and none is there. */
  readonly hungry: boolean
  /** The client's side has taken the last answer. */
  readonly sentAll: boolean
}

/**
 * What to do: `cut` and `close` the connection, or say that the head or the content did not come (408) or the answer was
 * not made (503).
 */
export type Verdict = 'cut' | 'close' | 'late-head' | 'late-content' | 'late-answer' | undefined

/** Finds what takes too long on one connection. */
export class Limits {
  readonly #step = new Watch()
  readonly #request = new Watch()
  readonly #taking = new Watch()

  /** `now` is in milliseconds. Limits run from the first look on. */
  judge(moment: Moment, patience: Patience, now: number): Verdict {
    const { state, writer } = moment
    const elapsed = this.#step.elapsed(moment.steps, now)
    if (state === 'tunnel' || state === 'closed') return undefined
    if (writer.stuckFor(now) >= patience.write) return 'cut'
    if (state === 'exchange') return this.#judgeExchange(moment, patience, elapsed, now)
    if (state === 'linger') return moment.sentAll && elapsed >= LINGER_MS ? 'cut' : undefined
    // No next request is asked of a client that has not taken its answer.
    if (writer.full) return undefined
    if (state === 'rest') return elapsed >= REST_MS ? 'close' : undefined
    if (!moment.atStart) return elapsed >= patience.head ? 'late-head' : undefined
    return elapsed >= (moment.served === 0 ? patience.firstByte : patience.keepAlive) ? 'close' : undefined
  }

  /** For how long the step has been the same, as far as the looks have seen. */
  lasted(step: number): number {
    return this.#step.lasted(step)
  }

  #judgeExchange(moment: Moment, patience: Patience, elapsed: number, now: number): Verdict {
    const { exchange, ended, writer } = moment
    // For how long the client takes nothing counts once it has closed its half.
    const idle = this.#taking.elapsed(ended ? writer.taken : exchange, now)
    if (ended && idle >= HALF_CLOSED_MS) return 'cut'
    if (this.#request.elapsed(exchange, now) >= patience.request) return 'late-answer'
    return moment.hungry && elapsed >= patience.body ? 'late-content' : undefined
  }
}
