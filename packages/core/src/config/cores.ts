import { availableParallelism } from 'node:os'
import { join } from 'node:path/posix'
import {
  cgroupFolders,
  parseCgroups,
  type ReadText,
  CGROUP_ROOT as ROOT,
  readText
} from '../common/cgroups.ts'

/**
 * How many CPU cores this process may use: what the kernel offers it, less where the CPU quota of its cgroup (version 1
 * or 2, as containers have it) or of one above is lower. Parts of a core count as a whole one; at least 1.
 */
export function availableCores(read: ReadText = readText, offered = availableParallelism()): number {
  const groups = parseCgroups(read('/proc/self/cgroup') ?? '')
  const quotas = [...quotasV2(groups.get('') ?? '/', read), ...quotasV1(groups.get('cpu') ?? '/', read)]
  return Math.max(1, Math.min(offered, ...quotas.map(Math.ceil)))
}

function quotasV2(path: string, read: ReadText): number[] {
  return cgroupFolders(ROOT, path).flatMap((folder) => {
    const [quota, period] = read(join(folder, 'cpu.max'))?.trim().split(/\s+/) ?? []
    return cores(quota, period)
  })
}

function quotasV1(path: string, read: ReadText): number[] {
  const mounts = ['cpu,cpuacct', 'cpuacct,cpu', 'cpu'].map((name) => join(ROOT, name))
  return mounts
    .flatMap((mount) => cgroupFolders(mount, path))
    .flatMap((folder) => {
      return cores(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')))
    })
}

function cores(quota: string | undefined, period: string | undefined): number[] {
  const share = Number(quota) / Number(period)
  return share > 0 && Number.isFinite(share) ? [share] : []
}
