import { describe, expect, it } from 'vitest'
import { OomKills } from './oom-kills.ts'

const V2 = { '/proc/self/cgroup': '0::/app.slice/shop.service\n' }
const V1 = { '/proc/self/cgroup': '9:cpu,cpuacct:/docker/f00\n4:memory:/docker/f00\n0::/\n' }

const events = (kills: number): string => `low 0\nhigh 0\nmax 7\noom 3\noom_kill ${kills}\noom_group_kill 9\n`
const control = (kills: number): string => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`

function kills(files: Record<string, string>): OomKills {
  const counter = new OomKills((path) => files[path])
  counter.start()
  return counter
}

describe.each([
  ['version 2', V2, '/sys/fs/cgroup/app.slice/shop.service/memory.events', events],
  ['version 2, its own events', V2, '/sys/fs/cgroup/app.slice/shop.service/memory.events.local', events],
  ['version 2, seen from inside', V2, '/sys/fs/cgroup/memory.events', events],
  ['version 1', V1, '/sys/fs/cgroup/memory/docker/f00/memory.oom_control', control],
  ['version 1, seen from inside', V1, '/sys/fs/cgroup/memory/memory.oom_control', control]
])('kills for want of memory, control groups of %s', (_, groups, file, text) => {
  it('are not seen where there were none, nor those from before', () => {
    expect(kills({ ...groups, [file]: text(3) }).take()).toBe(false)
  })

  it('explain as many deaths as there were kills', () => {
    const files: Record<string, string> = { ...groups, [file]: text(3) }
    const counter = kills(files)
    files[file] = text(5)
    expect([counter.take(), counter.take(), counter.take()]).toEqual([true, true, false])
  })
})

describe('kills for want of memory', () => {
  it('are not seen where no counter is', () => {
    expect(kills({}).take()).toBe(false)
    expect(kills(V1).take()).toBe(false)
  })
})
