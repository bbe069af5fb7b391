import type { ArbiterMessage } from '../common/protocol.ts'
import type { SpawnOptions, WorkerEvents } from './worker-handle.ts'

/** Stands for a worker process: keeps what it is told, and says and does what the test wants. */
export class FakeHandle {
  /** Those made since the last test, oldest first. */
  static made: FakeHandle[] = []
  readonly options: SpawnOptions
  readonly events: WorkerEvents
  readonly messages: ArbiterMessage[] = []
  readonly signals: string[] = []
  /** 101, 102...; a process that cannot be started has none. */
  pid: number | undefined

  constructor(options: SpawnOptions, events: WorkerEvents) {
    this.options = options
    this.events = events
    this.pid = 101 + FakeHandle.made.length
    FakeHandle.made.push(this)
  }

  send(message: ArbiterMessage): void {
    this.messages.push(message)
  }

  kill(signal: 'SIGABRT' | 'SIGKILL'): void {
    this.signals.push(signal)
  }

  /** What it was told, in order: `boot`, `drain`, `quit`, `SIGABRT`, `SIGKILL`. */
  get told(): string[] {
    return [...this.messages.map(({ type }) => type), ...this.signals]
  }

  ready(): void {
    this.events.message({ type: 'ready' })
  }

  beat(): void {
    this.events.message({ type: 'heartbeat', requests: 5, inFlight: 2 })
  }

  recycle(): void {
    this.events.message({ type: 'recycle' })
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
