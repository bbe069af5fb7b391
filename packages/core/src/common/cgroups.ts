import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'

/** Reads a small text file; undefined when there is none. */
export type ReadText = (path: string) => string | undefined

/** Where control groups are mounted: `cgroups(7)`. */
export const CGROUP_ROOT = '/sys/fs/cgroup'

/** From lines such as `4:cpu,cpuacct:/docker/f00` or, in version 2, `0::/app`: the path by controller ('' in version 2). */
export function parseCgroups(text: string): Map<string, string> {
  const groups = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const controller of controllers.split(',')) groups.set(controller, path)
  }
  return groups
}

/** The folders from `root` + `path` up to `root`. In a container with its own namespace only `root` exists. */
export function cgroupFolders(root: string, path: string): string[] {
  const inside = join('/', path)
  return inside === '/' ? [root] : [join(root, inside), ...cgroupFolders(root, dirname(inside))]
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
