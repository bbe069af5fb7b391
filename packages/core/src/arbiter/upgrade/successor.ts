import type { ChildProcess } from 'node:child_process'
import type { Command } from '../../common/command.ts'
import type { ExitStatus } from '../exit-line.ts'
import { startChild } from '../start-child.ts'
import { formatInheritance, type InheritedSocket, UPGRADE_VARIABLE } from './inheritance.ts'
import type { KinMessage } from './kin-message.ts'

/** The first inherited socket is this descriptor in the new arbiter: after the standard three and the channel. */
const FIRST_SOCKET_FD = 4

/** What happens to a new arbiter. */
export type SuccessorEvent =
  | KinMessage
  /** It has not become ready in time, or has not left in time when told to. */
  | { readonly type: 'overdue' }
  | ({ readonly type: 'gone' } & ExitStatus)

export interface SuccessorOptions {
  readonly command: Command
  /** What it is to listen on, with descriptors of this process. */
  readonly sockets: readonly InheritedSocket[]
  readonly emit: (event: SuccessorEvent) => void
}

/** A new arbiter that this one has started to take its place. */
export class Successor {
  readonly #child: ChildProcess | undefined
  readonly #emit: SuccessorOptions['emit']
  #timer: NodeJS.Timeout | undefined

  /** Making one starts the process. One that cannot be started has no pid, and is gone soon. */
  constructor({ command, sockets, emit }: SuccessorOptions) {
    this.#emit = emit
    this.#child = start(command, sockets, (error) => this.#gone({ code: null, signal: null, error }))
    this.#child?.on('message', (message) => emit(message as KinMessage))
    // By then all its messages have come.
    this.#child?.once('close', (code, signal) => this.#gone({ code, signal }))
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Says `overdue` in so many seconds; 0: never. Takes the place of what was said before. */
  expect(seconds: number): void {
    clearTimeout(this.#timer)
    if (seconds > 0) this.#timer = setTimeout(() => this.#emit({ type: 'overdue' }), seconds * 1000)
  }

  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGUSR1'): void {
    this.#child?.kill(signal)
  }

  /** Forgets the timer. */
  dispose(): void {
    clearTimeout(this.#timer)
  }

  #gone(status: ExitStatus): void {
    this.dispose()
    this.#emit({ type: 'gone', ...status })
  }
}

/** The sockets go as descriptors of its own; whatever else this process has open closes when the program begins. */
function start(
  command: Command,
  sockets: readonly InheritedSocket[],
  failed: (why: string) => void
): ChildProcess | undefined {
  const inherited = sockets.map((socket, index) => ({ ...socket, fd: FIRST_SOCKET_FD + index }))
  const inheritance = formatInheritance({ pid: process.pid, sockets: inherited })
  return startChild({
    command: { ...command, env: { ...command.env, [UPGRADE_VARIABLE]: inheritance } },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...sockets.map(({ fd }) => fd)],
    remedy: 'put it back',
    failed
  })
}
