import type { Inheritance, InheritedSocket } from './inheritance.ts'
import type { KinMessage } from './kin-message.ts'

/** The end of the channel to the process that has started this one; `process` has it. */
export interface Channel {
  readonly connected: boolean
  send?(
    message: KinMessage,
    handle: undefined,
    options: undefined,
    done: (error: Error | null) => void
  ): unknown
  once(event: 'disconnect', listener: () => void): unknown
}

/** The arbiter that has started this one to take its place. */
export class Predecessor {
  readonly #inheritance: Inheritance
  readonly #channel: Channel

  constructor(inheritance: Inheritance, channel: Channel = process as unknown as Channel) {
    this.#inheritance = inheritance
    this.#channel = channel
  }

  get pid(): number {
    return this.#inheritance.pid
  }

  get sockets(): readonly InheritedSocket[] {
    return this.#inheritance.sockets
  }

  get isAlive(): boolean {
    return this.#channel.connected
  }

  /** Calls `listener` once, when it has gone: now, if it has already. */
  onceGone(listener: () => void): void {
    if (this.#channel.connected) this.#channel.once('disconnect', listener)
    else process.nextTick(listener)
  }

  /** Tells it something. One that has gone need not know. */
  tell(message: KinMessage): void {
    if (this.#channel.connected) this.#channel.send?.(message, undefined, undefined, () => {})
  }
}
