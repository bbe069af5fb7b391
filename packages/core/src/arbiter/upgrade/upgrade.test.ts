import { describe, expect, it } from 'vitest'
import { Logger } from '../../log/logger.ts'
import { Upgrade, type UpgradeOptions } from './upgrade.ts'

const SETTINGS = { bootTimeout: 60, gracefulTimeout: 30, upgradeHandover: true }

/** An arbiter that may be upgraded; its new ones have the pids 701, 702 and so on. */
function arbiter(
  changes: Partial<typeof SETTINGS> & { readonly obstacle?: string; readonly pid?: null } = {}
) {
  const { obstacle, pid, ...settings } = changes
  const lines: string[] = []
  /** What was done to new arbiters and told to the service manager, in order. */
  const done: string[] = []
  const fleet: UpgradeOptions['fleet'] = { phase: 'running', resting: false, stopsAt: undefined }
  let last = 700
  const upgrade = new Upgrade({
    fleet,
    log: new Logger(
      { write: (line) => void lines.push(line.replace(/^.*\[\d+\] /, '').trimEnd()) },
      { level: 'debug' }
    ),
    herald: { mainPid: (main) => void done.push(`main pid ${main}`) },
    config: () => ({ ...SETTINGS, ...settings }),
    start: () => ({
      pid: pid === null ? undefined : ++last,
      expect: (seconds) => void done.push(`expect ${seconds}`),
      kill: (signal) => void done.push(signal)
    }),
    obstacle: () => obstacle
  })
  return { upgrade, fleet, lines, done }
}

function ready(changes: Parameters<typeof arbiter>[0] = {}) {
  const all = arbiter(changes)
  all.upgrade.begin()
  all.upgrade.note({ type: 'ready', listeners: ['http://a'] })
  return all
}

const GONE = { type: 'gone', code: 0, signal: null } as const
const KILLED = { type: 'gone', code: null, signal: 'SIGKILL' } as const

describe('an upgrade', () => {
  it('starts a new arbiter, and serves as before until that one is ready', () => {
    const { upgrade, fleet, lines, done } = arbiter()
    upgrade.begin()
    expect(lines).toEqual(['[INFO] Booting new arbiter with pid: 701'])
    expect(done).toEqual(['expect 60'])
    expect({ ...fleet, handingOver: upgrade.isHandingOver }).toEqual({
      phase: 'running',
      resting: false,
      stopsAt: undefined,
      handingOver: false
    })
  })

  it('hands over when the new arbiter is ready', () => {
    const { upgrade, fleet, lines, done } = ready()
    expect(lines.at(-1)).toBe('[INFO] New arbiter (pid:701) is ready: handing over to it, all workers drain')
    expect(done).toEqual(['expect 60', 'expect 0', 'main pid 701'])
    expect([fleet.resting, upgrade.isHandingOver, upgrade.heir]).toEqual([true, true, 701])
  })

  it('leaves the rest to the operator without upgrade-handover', () => {
    const { upgrade, fleet, lines, done } = ready({ upgradeHandover: false })
    expect(lines.at(-1)).toContain('is ready, and serves beside this one')
    expect(done).toEqual(['expect 60', 'expect 0'])
    expect([fleet.resting, upgrade.isHandingOver, upgrade.heir]).toEqual([false, false, 701])
  })

  it('does not hand over when it has been told to stop meanwhile', () => {
    const { upgrade, fleet } = arbiter()
    upgrade.begin()
    fleet.phase = 'stopping'
    upgrade.note({ type: 'ready', listeners: [] })
    expect([fleet.resting, upgrade.isHandingOver, upgrade.heir]).toEqual([false, false, 701])
  })
})

describe('an upgrade is refused', () => {
  it('while another is under way', () => {
    const { upgrade, lines } = ready()
    upgrade.begin()
    expect(lines.at(-1)).toBe('[WARNING] No upgrade: the new arbiter (pid:701) is there already')
  })

  it('during a stop', () => {
    const { upgrade, fleet, lines } = arbiter()
    fleet.phase = 'stopping'
    upgrade.begin()
    expect(lines).toEqual(['[WARNING] No upgrade: this arbiter is about to end'])
  })

  it('before a stop that has been asked for', () => {
    const { upgrade, fleet, lines } = arbiter()
    fleet.stopsAt = 1
    upgrade.begin()
    expect(lines).toEqual(['[WARNING] No upgrade: this arbiter is about to end'])
  })

  it('where something else stands in the way', () => {
    const { upgrade, lines, done } = arbiter({ obstacle: 'the moon is full' })
    upgrade.begin()
    expect([lines, done]).toEqual([['[WARNING] No upgrade: the moon is full'], []])
  })
})

describe('a new arbiter that fails before it is ready', () => {
  it('changes nothing, and its own error is shown', () => {
    const { upgrade, fleet, lines } = arbiter()
    upgrade.begin()
    upgrade.note({ type: 'error', text: 'App failed to load: no database' })
    upgrade.note({ type: 'leaving' })
    upgrade.note({ type: 'gone', code: 4, signal: null })
    expect(lines.slice(1)).toEqual([
      '[ERROR] Upgrade failed, this arbiter goes on. New arbiter (pid:701) exited with code 4: App failed to load: no database'
    ])
    expect([fleet.resting, upgrade.heir]).toEqual([false, undefined])
  })

  it('may be followed by another try, which does not repeat the error of the first', () => {
    const { upgrade, lines } = arbiter()
    upgrade.begin()
    upgrade.note({ type: 'error', text: 'no database' })
    upgrade.note(KILLED)
    upgrade.begin()
    upgrade.note(KILLED)
    expect(lines.at(-1)).toBe(
      '[ERROR] Upgrade failed, this arbiter goes on. New arbiter (pid:702) was ended by SIGKILL'
    )
  })

  it('is ended when it takes too long, and killed when it does not leave', () => {
    const { upgrade, lines, done } = arbiter()
    upgrade.begin()
    upgrade.note({ type: 'overdue' })
    expect(lines.at(-1)).toContain('(pid:701) was not ready within 60 s (see --boot-timeout), and is ended')
    expect(upgrade.heir).toBeUndefined()
    upgrade.note({ type: 'ready', listeners: [] })
    expect(upgrade.isHandingOver).toBe(false)
    upgrade.note({ type: 'overdue' })
    expect(done).toEqual(['expect 60', 'SIGTERM', 'expect 35', 'SIGKILL'])
    upgrade.note(KILLED)
    expect(lines.at(-1)).toBe('[INFO] New arbiter (pid:701) was ended by SIGKILL')
  })

  it('may be one that cannot be started', () => {
    const { upgrade, lines, done } = arbiter({ pid: null })
    upgrade.begin()
    upgrade.note({ type: 'gone', code: null, signal: null, error: 'spawn node ENOENT' })
    expect(lines).toEqual([
      '[ERROR] Upgrade failed, this arbiter goes on. New arbiter (pid:-) could not be started: spawn node ENOENT'
    ])
    expect(done).toEqual([])
  })
})

describe('the workers come back', () => {
  it.each([
    ['leaves', { type: 'leaving' } as const, '[INFO] New arbiter (pid:701) is leaving, this one goes on'],
    ['dies', KILLED, '[ERROR] New arbiter (pid:701) was ended by SIGKILL; this one goes on']
  ])('when the new arbiter %s while this one drains', (_, event, line) => {
    const { upgrade, fleet, lines, done } = ready()
    upgrade.note(event)
    expect(lines.slice(-2)).toEqual([line, '[INFO] The workers come back'])
    expect([fleet.resting, upgrade.isHandingOver, upgrade.heir]).toEqual([false, false, undefined])
    expect(done.at(-1)).toBe(`main pid ${process.pid}`)
  })

  it('also when they had been sent home by WINCH', () => {
    const { upgrade, fleet } = ready({ upgradeHandover: false })
    fleet.resting = true
    upgrade.note(KILLED)
    expect(fleet.resting).toBe(false)
  })

  it('but once, if it leaves and is gone then', () => {
    const { upgrade, lines, done } = ready()
    upgrade.note({ type: 'leaving' })
    upgrade.note(GONE)
    expect(lines.at(-1)).toBe('[INFO] New arbiter (pid:701) has left')
    expect(done.filter((what) => what.startsWith('main pid'))).toHaveLength(2)
  })

  it('not when this arbiter has been told to stop', () => {
    const { upgrade, fleet } = ready()
    fleet.phase = 'stopping'
    upgrade.note(KILLED)
    expect(fleet.resting).toBe(true)
  })
})

describe('when the server as a whole is to stop', () => {
  it('this arbiter ends as it was about to, though the new one goes', () => {
    const { upgrade, fleet, lines, done } = ready()
    upgrade.note({ type: 'stopping' })
    expect(lines.at(-1)).toBe('[INFO] New arbiter (pid:701) is stopping, and the server with it')
    upgrade.note(GONE)
    expect([fleet.resting, upgrade.isHandingOver, upgrade.heir]).toEqual([true, true, undefined])
    expect(done.at(-1)).toBe('main pid 701')
  })

  it('a new arbiter that is not ready yet goes too, unless it is to take over by hand', () => {
    const ends = ([true, false] as const).map((upgradeHandover) => {
      const { upgrade, done } = arbiter({ upgradeHandover })
      upgrade.begin()
      upgrade.stop(true)
      return [done, upgrade.heir]
    })
    expect(ends).toEqual([
      [['expect 60', 'SIGTERM', 'expect 35'], undefined],
      [['expect 60'], 701]
    ])
  })

  it('a new arbiter that is not alone yet goes on where nobody means the server, which is worth a warning', () => {
    const goesOn = '[WARNING] New arbiter (pid:701) goes on without this one; to stop that too, send it TERM'
    const starting = arbiter()
    starting.upgrade.begin()
    for (const { upgrade, lines } of [starting, ready()]) {
      upgrade.stop(false)
      expect(lines.at(-1)).toBe(goesOn)
      expect(upgrade.heir).toBe(701)
    }
  })

  it('a new arbiter that serves beside this one by hand goes on, as it should', () => {
    const { upgrade, lines } = ready({ upgradeHandover: false })
    upgrade.stop(false)
    expect(lines.join()).not.toContain('WARNING')
  })

  it('there is nothing to do without an upgrade', () => {
    const { upgrade, done } = arbiter()
    upgrade.stop(true)
    expect(done).toEqual([])
  })

  it('one that serves beside this one by hand leaves alone', () => {
    const { upgrade, lines } = ready({ upgradeHandover: false })
    upgrade.note({ type: 'stopping' })
    expect(lines.at(-1)).toBe('[INFO] New arbiter (pid:701) is leaving, this one goes on')
  })
})

describe('a socket is shared', () => {
  it('with a new arbiter that may take it, or has', () => {
    const { upgrade } = arbiter()
    const [a, b] = [{ name: 'http://a' }, { name: 'http://b' }]
    expect(upgrade.shares(a)).toBe(false)
    upgrade.begin()
    expect([upgrade.shares(a), upgrade.shares(b)]).toEqual([true, true])
    upgrade.note({ type: 'ready', listeners: ['http://a'] })
    expect([upgrade.shares(a), upgrade.shares(b)]).toEqual([true, false])
    upgrade.note({ type: 'leaving' })
    expect(upgrade.shares(a)).toBe(false)
  })

  it('has the new arbiter open its log files anew, as soon as it is sure to take the signal', () => {
    const { upgrade, done } = arbiter()
    upgrade.reopenLogs()
    upgrade.begin()
    upgrade.note({ type: 'ready', listeners: ['http://a'] })
    expect(done).not.toContain('SIGUSR1')
    upgrade.reopenLogs()
    expect(done.filter((what) => what === 'SIGUSR1')).toHaveLength(1)
    const second = arbiter()
    second.upgrade.begin()
    second.upgrade.reopenLogs()
    expect(second.done).not.toContain('SIGUSR1')
    second.upgrade.note({ type: 'ready', listeners: ['http://a'] })
    expect(second.done).toContain('SIGUSR1')
  })
})
