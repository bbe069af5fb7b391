import { join } from 'node:path/posix'
import { CGROUP_ROOT, cgroupFolders, parseCgroups, type ReadText, readText } from '../common/cgroups.ts'

/**
 * How many processes the kernel has killed in the control group of the arbiter, which is that of its workers, because there was
 * no memory left: the counter `oom_kill` of `memory.events` (version 2) or `memory.oom_control` (version 1). It tells which of
 * the processes that died of KILL had it from there.
 */
export class OomKills {
  readonly #read: ReadText
  /** Those that are explained, or were before the arbiter started. */
  #explained = 0

  /** `read` is for tests. */
  constructor(read: ReadText = readText) {
    this.#read = read
  }

  /** Kills until now are of no interest. */
  start(): void {
    this.#explained = this.#count()
  }

  /** Whether a process has been killed that is not yet explained; it counts as explained from then on. */
  take(): boolean {
    if (this.#count() <= this.#explained) return false
    this.#explained += 1
    return true
  }

  #count(): number {
    const groups = parseCgroups(this.#read('/proc/self/cgroup') ?? '')
    const files = [
      ...inFolders(CGROUP_ROOT, groups.get(''), 'memory.events.local', 'memory.events'),
      ...inFolders(join(CGROUP_ROOT, 'memory'), groups.get('memory'), 'memory.oom_control')
    ]
    for (const file of files) {
      const count = /^oom_kill (\d+)$/m.exec(this.#read(file) ?? '')?.[1]
      if (count !== undefined) return Number(count)
    }
    return 0
  }
}

/** In the group's own folder; in a container that sees only its own groups this may be the root. */
function inFolders(root: string, path: string | undefined, ...names: string[]): string[] {
  if (path === undefined) return []
  const folders = new Set([cgroupFolders(root, path)[0] ?? root, root])
  return [...folders].flatMap((folder) => names.map((name) => join(folder, name)))
}
