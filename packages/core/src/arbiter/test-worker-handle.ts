import { monotonicNow } from '../common/monotonic.ts'
import type { ArbiterMessage } from '../common/protocol.ts'
import type { Reading } from '../common/scoreboard.ts'
import type { InspectCause } from './plan.ts'
import type { SpawnOptions, WorkerEvents, WorkerProcess } from './worker-handle.ts'

/** Stands for a worker process: keeps what it is told, and says and does what the test wants. */
export class FakeHandle implements WorkerProcess {
  readonly options: SpawnOptions
  readonly events: WorkerEvents
  readonly messages: ArbiterMessage[] = []
  readonly signals: string[] = []
  /** Why it was looked into, each time. */
  readonly inspections: InspectCause[] = []
  reading: Reading = {
    turnedAt: monotonicNow(),
    extendedUntil: 0,
    requests: 0,
    inFlight: 0,
    connections: 0,
    peakMemory: 0,
    cpu: 0
  }
  peakMemory = 90 * 1024 * 1024
  /** Undefined when it could not be started. */
  pid: number | undefined

  constructor(options: SpawnOptions, events: WorkerEvents, pid: number) {
    this.options = options
    this.events = events
    this.pid = pid
  }

  send(message: ArbiterMessage): void {
    this.messages.push(message)
  }

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.signals.push(signal)
  }

  read(): Reading {
    return this.reading
  }

  inspect(cause: InspectCause): void {
    this.inspections.push(cause)
  }

  /** Its stacks have come. */
  report(cause: InspectCause): void {
    this.events.inspected(cause, { text: `REPORT: ${cause}`, fields: {} })
  }

  /** What it was told, in order: `boot`, `drain`, `quit`, `SIGABRT`, `SIGKILL`. */
  get told(): string[] {
    return [...this.messages.map(({ type }) => type), ...this.signals]
  }

  ready(): void {
    this.turn()
    this.events.message({ type: 'ready' })
  }

  /** Its event loop turns. */
  turn(): void {
    this.reading = { ...this.reading, turnedAt: monotonicNow(), requests: 5, inFlight: 2 }
  }

  recycle(reason: 'max-requests' | 'asked' = 'max-requests'): void {
    this.events.message({ type: 'recycle', reason })
  }

  failBoot(code: 'PF_APP' | 'PF_BOOT'): void {
    this.events.message({ type: 'boot-failed', code, text: 'why' })
    this.exit(1)
  }

  exit(code: number): void {
    this.events.exit({ code, signal: null })
  }

  die(signal: NodeJS.Signals = 'SIGSEGV'): void {
    this.events.exit({ code: null, signal })
  }
}
