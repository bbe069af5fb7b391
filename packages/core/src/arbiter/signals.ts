/** The signals that an arbiter acts on. */
const SIGNALS = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGWINCH',
  'SIGUSR1',
  'SIGUSR2'
] as const

const STOPS: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT'])

/**
 * What signals ask of this process. They are caught before it begins with anything: their own effect would leave something
 * behind, and for the process 1 of a container they have none (`pid_namespaces(7)`). Until somebody takes them they wait.
 */
export class Signals {
  readonly #stop = new AbortController()
  readonly #waiting: NodeJS.Signals[] = []
  #take = (signal: NodeJS.Signals): void => void this.#waiting.push(signal)

  /** Aborted when the process is first asked to stop; the reason is the signal. */
  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** Begins to catch them. */
  open(): void {
    for (const signal of SIGNALS) process.on(signal, this.#caught)
  }

  /** Calls `take` for each, those included that have come already. */
  handle(take: (signal: NodeJS.Signals) => void): void {
    this.#take = take
    for (const signal of this.#waiting.splice(0)) take(signal)
  }

  /** Leaves them to their own effects. */
  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#caught)
  }

  readonly #caught = (signal: NodeJS.Signals): void => {
    this.#take(signal)
    if (STOPS.has(signal)) this.#stop.abort(signal)
  }
}
