import type { Command } from '../../common/command.ts'
import type { Logger } from '../../log/logger.ts'
import type { Herald } from '../herald.ts'
import type { Listener } from '../listeners.ts'
import { type InheritedSocket, parseInheritance } from './inheritance.ts'
import { Predecessor } from './predecessor.ts'
import { Successor, type SuccessorEvent } from './successor.ts'
import { type Books, Upgrade } from './upgrade.ts'

export interface UpgradesOptions {
  readonly log: Logger
  readonly herald: Herald
  readonly restart: () => Command
  /** The sockets that a new arbiter is to have. */
  readonly sockets: () => readonly InheritedSocket[]
  readonly emit: (event: SuccessorEvent) => void
}

/** The arbiters beside this one: the old one that it is to replace, and the new one that is to replace it. */
export class Kin {
  readonly #predecessor: Predecessor | undefined
  #successor: Successor | undefined
  #upgrade: Upgrade | undefined

  /** `inherited`: what an old arbiter has left for this one, if there is one. Throws a PfError (PF_USAGE). */
  constructor(inherited: string | undefined) {
    if (inherited !== undefined) this.#predecessor = new Predecessor(parseInheritance(inherited))
  }

  /** The old arbiter, as long as it lives. */
  get predecessor(): Predecessor | undefined {
    return this.#predecessor?.isAlive ? this.#predecessor : undefined
  }

  /** The process id of the new arbiter that goes on when this one ends, if there is one. */
  get heir(): number | undefined {
    return this.#upgrade?.heir
  }

  /** The sockets that the old arbiter has handed on. */
  get inherited(): readonly InheritedSocket[] {
    return this.#predecessor?.sockets ?? []
  }

  /** Calls `listener` once when the old arbiter has gone, if there was one. */
  oncePromoted(listener: () => void): void {
    this.#predecessor?.onceGone(listener)
  }

  /** Says to the old arbiter what has gone wrong. */
  complain(text: string): void {
    this.predecessor?.tell({ type: 'error', text })
  }

  /** Whether another arbiter has the socket too: its file is not to be removed then. */
  shares(listener: Listener): boolean {
    const isOld = this.inherited.some(({ name }) => name === listener.name)
    return (isOld && this.predecessor !== undefined) || this.#upgrade?.shares(listener) === true
  }

  /** What takes care of the upgrades of this arbiter. */
  upgrades(books: Books, { log, herald, restart, sockets, emit }: UpgradesOptions): Upgrade {
    const start = (): Successor => {
      this.#successor = new Successor({ command: restart(), sockets: sockets(), emit })
      return this.#successor
    }
    this.#upgrade = new Upgrade({ ...books, log, herald, start, obstacle: () => this.#obstacle() })
    return this.#upgrade
  }

  /**
   * Tells the other arbiters, and `herald` only what concerns the server as a whole. `listeners`: what this one serves.
   * `isManaged`: a service manager watches, and whom it tells to stop it means the server.
   */
  herald(herald: Herald, isManaged: boolean, listeners: () => readonly Listener[]): Herald {
    return {
      ready: () => {
        herald.ready()
        this.predecessor?.tell({ type: 'ready', listeners: listeners().map(({ name }) => name) })
      },
      stopping: () => {
        this.#upgrade?.stop(isManaged)
        const other = this.#upgrade?.heir ?? this.predecessor?.pid
        this.predecessor?.tell({ type: isManaged ? 'stopping' : 'leaving' })
        if (other === undefined) herald.stopping()
        else herald.mainPid(other)
      },
      reloading: () => herald.reloading(),
      reloaded: () => herald.reloaded(),
      status: (text) => {
        if (!this.#upgrade?.isHandingOver) herald.status(text)
      },
      answering: (all) => herald.answering(all),
      mainPid: (pid) => herald.mainPid(pid)
    }
  }

  /** Forgets the timers. */
  dispose(): void {
    this.#successor?.dispose()
  }

  #obstacle(): string | undefined {
    if (process.pid === 1) return 'a container ends with its process 1, which this is; replace the container'
    return this.predecessor && `the old arbiter (pid:${this.predecessor.pid}) is still there`
  }
}
