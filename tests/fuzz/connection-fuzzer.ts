import { checkConnection } from './connection-rules.ts'
import { FuzzHost } from './fuzz-host.ts'
import { Mutator } from './mutator.ts'
import { Broken } from './parser-run.ts'
import { Random } from './random.ts'
import { reduce } from './reduce.ts'

/** Longer than any limit of time. */
const LONG = 100_000
const SHORT = 700

/** A connection on which a rule does not hold: what the client sent, and what happened to it. */
export interface ConnectionFinding {
  readonly input: Buffer
  readonly complaint: string
  readonly actions: readonly string[]
}

/** Plays clients and apps of all kinds on one connection after the other. */
export class ConnectionFuzzer {
  readonly #random: Random
  readonly #mutator: Mutator
  #escaped: unknown
  /** Connections so far. */
  executions = 0

  constructor(seeds: readonly Uint8Array[], seed: number) {
    this.#random = new Random(seed)
    this.#mutator = new Mutator(seeds, this.#random)
  }

  /** Goes on until `executions` are reached, or the first finding. */
  async runUntil(executions: number): Promise<ConnectionFinding | undefined> {
    const escaped = (error: unknown): void => {
      this.#escaped = error
    }
    process.on('uncaughtException', escaped)
    process.on('unhandledRejection', escaped)
    try {
      while (this.executions < executions) {
        const input = this.#input()
        // What happens to a connection has a seed of its own, so that it can happen again.
        const seed = this.#random.below(2 ** 32)
        if ((await this.#connect(input, seed)) !== undefined) return await this.#reduce(input, seed)
      }
      return undefined
    } finally {
      process.off('uncaughtException', escaped)
      process.off('unhandledRejection', escaped)
    }
  }

  /** Half of the clients send what they should. */
  #input(): Buffer {
    const inputs = Array.from({ length: 1 + this.#random.below(3) }, () =>
      this.#random.oneIn(2) ? this.#mutator.seed() : this.#mutator.next()
    )
    return Buffer.concat(inputs)
  }

  /** Plays one connection; resolves with the rule that does not hold on it. */
  async #connect(input: Buffer, seed: number, actions: string[] = []): Promise<string | undefined> {
    this.executions += 1
    this.#escaped = undefined
    const play = new Play(input, new Random(seed), actions)
    try {
      const host = await play.toItsEnd()
      if (this.#escaped !== undefined) throw new Broken(`it threw ${(this.#escaped as Error).stack}`)
      checkConnection(host)
      return undefined
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      return error.message
    }
  }

  async #reduce(found: Buffer, seed: number): Promise<ConnectionFinding> {
    const input = await reduce(found, (less) => this.#connect(less, seed))
    const actions: string[] = []
    const complaint = (await this.#connect(input, seed, actions)) ?? 'it happens now and then'
    return { input, complaint, actions }
  }
}

/** One connection: what its client does, and what becomes of it. */
class Play {
  readonly #input: Buffer
  readonly #random: Random
  readonly #actions: string[]
  readonly #host: FuzzHost

  constructor(input: Buffer, random: Random, actions: string[]) {
    this.#input = input
    this.#random = random
    this.#actions = actions
    this.#host = new FuzzHost(random)
  }

  async toItsEnd(): Promise<FuzzHost> {
    await this.#send()
    await this.#end()
    return this.#host
  }

  async #send(): Promise<void> {
    const host = this.#host
    const { prefix } = host
    const input = Buffer.concat([Buffer.from(prefix), this.#input])
    let at = 0
    while (at < input.length && !host.socket.destroyed) {
      const size = this.#random.oneIn(3) ? input.length : 1 + this.#random.below(60)
      const piece = input.toString('latin1', at, at + size)
      at += size
      this.#actions.push(`sends ${piece.length}`)
      host.sent = input.toString('latin1', prefix.length, Math.max(at, prefix.length))
      if (this.#random.oneIn(3)) host.socket.push(Buffer.from(piece, 'latin1'))
      else await host.socket.give(piece)
      if (this.#random.oneIn(4)) await this.#happen()
    }
  }

  async #happen(): Promise<void> {
    const host = this.#host
    const { socket } = host
    const events: readonly [string, () => unknown][] = [
      ['takes nothing', () => socket.stall()],
      ['takes all', () => socket.goOn()],
      ['waits', () => host.pass(SHORT)],
      ['waits for long', () => host.pass(LONG)],
      ['has its worker drain', () => Object.assign(host, { persist: 'received' })],
      ['may reset', () => this.#random.oneIn(3) && socket.destroy(new Error('reset'))]
    ]
    const [name, happen] = this.#random.pick(events)
    this.#actions.push(name)
    await happen()
  }

  /** The client takes what there is for it, says that it will send no more, and waits. */
  async #end(): Promise<void> {
    const host = this.#host
    const { socket } = host
    if (this.#random.oneIn(8)) socket.destroy()
    await socket.goOn()
    if (!socket.destroyed) await socket.giveEnd()
    for (let count = 0; count < 8 && (!host.told.includes('closed') || host.open > 0); count++) {
      await host.pass(LONG)
      await socket.goOn()
    }
  }
}
