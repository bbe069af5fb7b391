import type { Herald } from './herald.ts'
import { type NotifySocket, openNotifySocket } from './notify-socket.ts'

export interface SystemdOptions {
  readonly socket: Pick<NotifySocket, 'send'>
  /** How long the service manager waits for a sign of life, in milliseconds; undefined: it does not. */
  readonly watchdog: number | undefined
}

/** Signs of life in each period that the service manager waits for. */
const SIGNS = 4

/**
 * Tells systemd how pf fares: `Type=notify`, `Type=notify-reload` and `WatchdogSec=`. See `sd_notify(3)` and
 * `docs/deploying.md`.
 */
export class Systemd implements Herald {
  readonly #socket: Pick<NotifySocket, 'send'>
  readonly #watchdog: number | undefined
  #answering = true
  #status: string | undefined
  #timer: NodeJS.Timeout | undefined

  constructor({ socket, watchdog }: SystemdOptions) {
    this.#socket = socket
    this.#watchdog = watchdog
  }

  /** Begins to give signs of life, for as long as workers answer. */
  start(): void {
    if (this.#watchdog === undefined) return
    this.#timer = setInterval(() => {
      if (this.#answering) this.#socket.send('WATCHDOG=1')
    }, this.#watchdog / SIGNS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  ready(): void {
    this.#socket.send('READY=1')
  }

  reloading(): void {
    this.#socket.send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
  }

  reloaded(): void {
    this.#socket.send('READY=1')
  }

  stopping(): void {
    this.#socket.send('STOPPING=1')
  }

  status(text: string): void {
    this.#status = text.replaceAll('\n', ' ')
    this.repeatStatus()
  }

  /** Says it once more. With `NotifyAccess=main` nobody has heard what was said before this was the main process. */
  repeatStatus(): void {
    if (this.#status !== undefined) this.#socket.send(`STATUS=${this.#status}`)
  }

  answering(all: boolean): void {
    this.#answering = all
  }

  /** From now on `pid` is the process to watch: a new arbiter has taken over. */
  mainPid(pid: number): void {
    this.#socket.send(`MAINPID=${pid}`)
  }
}

/** What says to systemd how this process fares; undefined when systemd has not asked. `env` is that of `claimService`. */
export function openSystemd(env: NodeJS.ProcessEnv): { herald: Systemd; close: () => void } | undefined {
  const socket = openNotifySocket(env['NOTIFY_SOCKET'])
  if (socket === undefined) return undefined
  const herald = new Systemd({ socket, watchdog: watchdogOf(env) })
  return {
    herald,
    close: () => {
      herald.stop()
      socket.close()
    }
  }
}

/** `WATCHDOG_USEC` in milliseconds. See `sd_watchdog_enabled(3)`. */
function watchdogOf({ WATCHDOG_USEC: microseconds = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^[1-9]\d*$/.test(microseconds) ? Number(microseconds) / 1000 : undefined
}
