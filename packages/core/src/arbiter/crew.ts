import { monotonicNow } from '../common/monotonic.ts'
import { heartbeatInterval } from '../common/protocol.ts'
import { FIRST_LISTENER_FD } from '../common/worker-descriptors.ts'
import type { ArbiterEvent } from './arbiter-event.ts'
import { type Fleet, newWorker, type WorkerRecord } from './fleet.ts'
import type { Release } from './generations.ts'
import { workerEnv } from './worker-env.ts'
import type { StartWorker, WorkerProcess } from './worker-handle.ts'

/** What a worker says was wrong when it could not boot. */
export interface BootFailure {
  readonly code: 'PF_APP' | 'PF_BOOT'
  readonly text: string
}

/** A worker: what is known of it, and its process. */
export interface Member {
  readonly record: WorkerRecord
  readonly handle: WorkerProcess
  bootFailure: BootFailure | undefined
  /** The error that the app did not catch, if there was one. */
  crash: string | undefined
}

/** The worker processes, in step with the fleet's books. */
export class Crew {
  readonly #fleet: Fleet
  readonly #enqueue: (event: ArbiterEvent) => void
  readonly #members = new Map<number, Member>()
  readonly #startWorker: StartWorker
  #lastId = 0

  constructor(fleet: Fleet, enqueue: (event: ArbiterEvent) => void, startWorker: StartWorker) {
    this.#fleet = fleet
    this.#enqueue = enqueue
    this.#startWorker = startWorker
  }

  get size(): number {
    return this.#members.size
  }

  get members(): Iterable<Member> {
    return this.#members.values()
  }

  member(id: number): Member | undefined {
    return this.#members.get(id)
  }

  /** Starts a worker of the current generation. */
  start({ launch, listeners }: Release, place: number): Member {
    const { config, workerClass, compileCache } = launch
    const { generation, target } = this.#fleet
    this.#lastId += 1
    const id = this.#lastId
    const handle = this.#spawn(id, { launch, listeners })
    const record = newWorker(
      { id, generation, place, beat: heartbeatInterval(config), ...lifetimeOf(config) },
      monotonicNow()
    )
    const member = { record, handle, bootFailure: undefined, crash: undefined }
    this.#fleet.workers.set(id, record)
    this.#members.set(id, member)
    handle.send({
      type: 'boot',
      config,
      workerClass: workerClass.url,
      compileCache,
      place,
      of: target,
      listeners: listeners.map(({ name }, index) => ({ fd: FIRST_LISTENER_FD + index, name }))
    })
    return member
  }

  /** Strikes a worker that has ended off the books. */
  remove(id: number): Member | undefined {
    const member = this.#members.get(id)
    this.#members.delete(id)
    this.#fleet.workers.delete(id)
    return member
  }

  /** Notes what the workers say of their event loops. */
  look(): void {
    for (const { record, handle } of this.#members.values()) {
      const { turnedAt, extendedUntil } = handle.read()
      record.turnedAt = turnedAt
      record.extendedUntil = extendedUntil
    }
  }

  #spawn(id: number, { launch: { config }, listeners }: Release): WorkerProcess {
    const fds = listeners.map(({ fd }) => fd)
    const options = { fds, env: workerEnv(config), cwd: config.chdir }
    return this.#startWorker(options, {
      message: (message) => this.#enqueue({ type: 'message', id, message }),
      inspected: (cause, report) => this.#enqueue({ type: 'inspected', id, cause, report }),
      exit: (status) => this.#enqueue({ type: 'exit', id, ...status })
    })
  }
}

/** How long a worker is to live: `max-lifetime` and a random part of its jitter. */
function lifetimeOf({ maxLifetime, maxLifetimeJitter }: Release['launch']['config']): { lifetime?: number } {
  if (maxLifetime === 0) return {}
  return { lifetime: (maxLifetime + Math.random() * maxLifetimeJitter) * 1000 }
}
