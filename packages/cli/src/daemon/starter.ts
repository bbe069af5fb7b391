import type { StartReport } from '@pf/core'
import type { Start } from '../launch/start.ts'
import { DAEMON_MARK, type DaemonMessage } from './daemon-message.ts'

/** The process that started this one as a daemon, and waits to hear how it fares. */
export class Starter implements StartReport {
  readonly seesStandardError = false
  #waits = true
  #sent: Promise<void> = Promise.resolve()

  line(text: string): void {
    this.#send({ type: 'line', text })
  }

  ready(): void {
    this.#send({ type: 'ready' })
    this.#waits = false
  }

  /** Resolves when all is said. */
  async sent(): Promise<void> {
    await this.#sent
  }

  #send(message: DaemonMessage): void {
    if (!this.#waits || !process.connected) return
    this.#sent = new Promise((resolve) => {
      process.send?.(message, undefined, undefined, () => resolve())
    })
  }
}

/** Undefined when nobody waits: this is no daemon, or one that took over from another. */
export function starterOf({ env }: Pick<Start, 'env'>): Starter | undefined {
  return env[DAEMON_MARK] === String(process.ppid) && process.send !== undefined ? new Starter() : undefined
}

export function isDaemon({ env }: Pick<Start, 'env'>): boolean {
  return env[DAEMON_MARK] !== undefined
}
