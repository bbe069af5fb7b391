import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path/posix'

/** Reads a small text file; undefined when there is none. */
export type ReadText = (path: string) => string | undefined

const ROOT = '/sys/fs/cgroup'

/**
 * How many CPU cores this process may use: what the kernel offers it, less where the CPU quota of its cgroup (version 1
 * or 2, as containers have it) or of one above is lower. Parts of a core count as a whole one; at least 1.
 */
export function availableCores(read: ReadText = readText, offered = availableParallelism()): number {
  const groups = parseGroups(read('/proc/self/cgroup') ?? '')
  const quotas = [...quotasV2(groups.get('') ?? '/', read), ...quotasV1(groups.get('cpu') ?? '/', read)]
  return Math.max(1, Math.min(offered, ...quotas.map(Math.ceil)))
}

/** From lines such as `4:cpu,cpuacct:/docker/f00` or, in version 2, `0::/app`: the path by controller ('' in version 2). */
function parseGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const controller of controllers.split(',')) groups.set(controller, path)
  }
  return groups
}

function quotasV2(path: string, read: ReadText): number[] {
  return upwards(ROOT, path).flatMap((folder) => {
    const [quota, period] = read(join(folder, 'cpu.max'))?.trim().split(/\s+/) ?? []
    return cores(quota, period)
  })
}

function quotasV1(path: string, read: ReadText): number[] {
  const mounts = ['cpu,cpuacct', 'cpuacct,cpu', 'cpu'].map((name) => join(ROOT, name))
  return mounts
    .flatMap((mount) => upwards(mount, path))
    .flatMap((folder) => {
      return cores(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')))
    })
}

/** The folders from `root` + `path` up to `root`. In a container with its own namespace only `root` exists. */
function upwards(root: string, path: string): string[] {
  const inside = join('/', path)
  return inside === '/' ? [root] : [join(root, inside), ...upwards(root, dirname(inside))]
}

function cores(quota: string | undefined, period: string | undefined): number[] {
  const share = Number(quota) / Number(period)
  return share > 0 && Number.isFinite(share) ? [share] : []
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
