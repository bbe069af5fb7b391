import { describe, expect, it } from 'vitest'
import { availableCores } from './cores.ts'

/** The cores of a machine with 16, whose files are these. */
function coresWith(files: Record<string, string>): number {
  return availableCores((path) => files[path], 16)
}

describe('availableCores', () => {
  it('is what the kernel offers where there is no cgroup', () => {
    expect(coresWith({})).toBe(16)
  })

  it('is at least 1 on this machine', () => {
    expect(availableCores()).toBeGreaterThanOrEqual(1)
  })

  it.each([
    ['200000 100000\n', 2],
    ['150000 100000\n', 2],
    ['10000 100000\n', 1],
    ['6400000 100000\n', 16],
    ['max 100000\n', 16],
    ['', 16],
    ['nonsense', 16]
  ])('counts a version 2 quota of %j as %i cores', (quota, cores) => {
    const files = { '/proc/self/cgroup': '0::/app\n', '/sys/fs/cgroup/app/cpu.max': quota }
    expect(coresWith(files)).toBe(cores)
  })

  it('takes the lowest version 2 quota on the way up', () => {
    const files = {
      '/proc/self/cgroup': '0::/kubepods/pod1/app\n',
      '/sys/fs/cgroup/kubepods/pod1/app/cpu.max': 'max 100000',
      '/sys/fs/cgroup/kubepods/pod1/cpu.max': '300000 100000',
      '/sys/fs/cgroup/kubepods/cpu.max': '800000 100000'
    }
    expect(coresWith(files)).toBe(3)
  })

  it.each(['0::/\n', '0::/docker/f00\n', '0::/../../f00\n'])(
    'finds the version 2 quota of a namespaced container (%j)',
    (cgroup) => {
      expect(coresWith({ '/proc/self/cgroup': cgroup, '/sys/fs/cgroup/cpu.max': '400000 100000' })).toBe(4)
    }
  )

  it.each(['cpu,cpuacct', 'cpu'])('finds a version 1 quota under %s', (mount) => {
    const files = {
      '/proc/self/cgroup': '12:memory:/other\n4:cpu,cpuacct:/docker/f00\n',
      [`/sys/fs/cgroup/${mount}/docker/f00/cpu.cfs_quota_us`]: '250000\n',
      [`/sys/fs/cgroup/${mount}/docker/f00/cpu.cfs_period_us`]: '100000\n'
    }
    expect(coresWith(files)).toBe(3)
  })

  it('finds the version 1 quota of a namespaced container', () => {
    const files = {
      '/proc/self/cgroup': '4:cpu,cpuacct:/docker/f00\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n'
    }
    expect(coresWith(files)).toBe(1)
  })

  it('takes a version 1 quota of -1 for none', () => {
    const files = {
      '/proc/self/cgroup': '4:cpu:/\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n'
    }
    expect(coresWith(files)).toBe(16)
  })
})
