import { readdirSync, readFileSync } from 'node:fs'
import { openLibc } from '../common/libc.ts'

/** The processes of this machine, as far as they are children of this one. */
export interface Children {
  /** Those that have ended and that nobody has waited for yet. */
  zombies(): number[]
  /** Waits for one that has ended: `waitpid(2)`. */
  reap(pid: number): void
}

/** How long a child that ended may be a zombie before it is taken for a foreign one. */
const PATIENCE_MS = 500

/**
 * Takes leave of children that this process never started: orphans that it has adopted because it is process 1 of a container,
 * and what the shell that became pf had left running. Nobody else would, and each holds on to its number.
 *
 * Those that pf did start are Node's to wait for, which it does in the turn of the event loop after the signal. So what is still
 * a zombie when it is looked at again, turns later, is a stranger, and is waited for by its number alone.
 */
export class ZombieReaper {
  readonly #children: Children
  #seen: ReadonlySet<number> = new Set()
  #timer: NodeJS.Timeout | undefined
  readonly #onChild = (): void => this.#look()

  constructor(children: Children) {
    this.#children = children
  }

  /** Looks whenever a child has ended, and once now. */
  start(): void {
    process.on('SIGCHLD', this.#onChild)
    this.#look()
  }

  stop(): void {
    process.off('SIGCHLD', this.#onChild)
    clearTimeout(this.#timer)
  }

  /** Reaps what was a zombie the last time and is one still; says whether there are others to look at again. */
  reapSeen(): boolean {
    const zombies = this.#children.zombies()
    const fresh = zombies.filter((pid) => !this.#seen.has(pid))
    for (const pid of zombies) if (this.#seen.has(pid)) this.#children.reap(pid)
    this.#seen = new Set(fresh)
    return fresh.length > 0
  }

  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.reapSeen()) this.#look()
    }, PATIENCE_MS).unref()
  }
}

type WaitPid = (pid: number, status: null, options: number) => number

const WNOHANG = 1

/** Those of this process, by `/proc`; undefined where there is none. */
export function openChildren(): Children | undefined {
  if (process.platform !== 'linux') return undefined
  const waitpid = openLibc().func<WaitPid>('int waitpid(int pid, void *status, int options)')
  return {
    zombies: () => children().filter(isZombie),
    reap: (pid) => void waitpid(pid, null, WNOHANG)
  }
}

/** See `proc_pid_task(5)`. Kernels without that file are asked for all processes where those are few: in a container. */
function children(): number[] {
  try {
    const list = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return process.pid === 1 ? readdirSync('/proc').map(Number).filter(Number.isInteger) : []
  }
}

function isZombie(pid: number): boolean {
  try {
    const [state, parent] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ')
    return state === 'Z' && Number(parent) === process.pid
  } catch {
    return false
  }
}
