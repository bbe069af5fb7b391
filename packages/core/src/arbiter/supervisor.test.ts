import { describe, expect, it } from 'vitest'
import { Stage, serving } from './test-supervisor.ts'

describe('the start', () => {
  it('starts the workers, gives them all they need, and says so', () => {
    const stage = new Stage({ workers: 2 })
    expect(stage.started).toBe(2)
    expect(stage.lines).toEqual([
      '[INFO] Booting worker with pid: 101',
      '[INFO] Booting worker with pid: 102'
    ])
    const { options, messages } = stage.worker(1)
    expect(options).toMatchObject({
      fds: [20],
      cwd: '/srv',
      env: { GREETING: 'hello', PATH: process.env['PATH'] }
    })
    expect(messages).toMatchObject([
      {
        type: 'boot',
        config: { workers: 2 },
        workerClass: 'file:///sync.js',
        listeners: [{ fd: 7, name: 'http://127.0.0.1:8000' }]
      }
    ])
  })

  it('says when a worker is ready', () => {
    const stage = new Stage()
    stage.worker(0).ready()
    expect(stage.lines.at(-1)).toBe('[INFO] Worker ready with pid: 101')
  })

  it.each([
    ['PF_APP', 4, '[ERROR] App failed to load: why'],
    ['PF_BOOT', 3, '[ERROR] Worker failed to boot: why']
  ] as const)('that fails with %s ends with exit code %i', (code, exitCode, line) => {
    const stage = new Stage({ workers: 2 })
    stage.worker(0).failBoot(code)
    expect(stage.lines).toContain(line)
    expect(stage.worker(1).told).toEqual(['boot', 'quit'])
    expect(stage.ended).toEqual([])
    stage.worker(1).exit(0)
    expect(stage.ended).toEqual([exitCode])
    expect(stage.started).toBe(2)
  })

  it('that fails for one worker when another is ready already ends too', () => {
    const stage = new Stage({ workers: 2 })
    stage.worker(0).ready()
    stage.worker(1).failBoot('PF_APP')
    stage.worker(0).exit(0)
    expect(stage.ended).toEqual([4])
  })

  it('that fails of an error that the app did not catch ends with that error', () => {
    const stage = new Stage()
    stage.worker(0).events.message({ type: 'crashed', text: 'Error: no database' })
    stage.worker(0).exit(1)
    expect(stage.lines.at(-1)).toBe('[ERROR] Worker failed to boot: Error: no database')
    expect(stage.ended).toEqual([3])
  })

  it('that fails without a word ends with exit code 3 and says how the worker ended', () => {
    const stage = new Stage()
    stage.worker(0).die('SIGSEGV')
    expect(stage.lines.at(-1)).toMatch(
      /^\[ERROR\] Worker \(pid:101\) was ended by SIGSEGV, not sent by pf, before it was ready; lived/
    )
    expect(stage.lines.filter((line) => line.startsWith('[ERROR]'))).toHaveLength(1)
    expect(stage.ended).toEqual([3])
  })

  it('says each failure once when all workers fail', () => {
    const stage = new Stage({ workers: 3 })
    for (const index of [0, 1, 2]) stage.worker(index).failBoot('PF_APP')
    expect(stage.lines.filter((line) => line.includes('failed to load'))).toHaveLength(1)
    expect(stage.ended).toEqual([4])
  })
})

describe('stopping', () => {
  it('by TERM drains everybody, who are the last to serve, and ends with 0', () => {
    const stage = serving(2)
    stage.signal('SIGTERM')
    expect(stage.lines[0]).toBe('[INFO] Handling signal: term')
    for (const index of [0, 1]) {
      expect(stage.worker(index).messages.at(-1)).toMatchObject({ type: 'drain', stop: true })
      expect(stage.ended).toEqual([])
      stage.worker(index).exit(0)
    }
    expect(stage.ended).toEqual([0])
    expect(stage.started).toBe(2)
  })

  it('by a second TERM is at once', () => {
    const stage = serving(1)
    stage.signal('SIGTERM', 'SIGTERM')
    expect(stage.worker(0).told).toEqual(['boot', 'drain', 'quit'])
  })

  it.each(['SIGINT', 'SIGQUIT'] as const)('by %s is at once', (signal) => {
    const stage = serving(1)
    stage.signal(signal)
    expect(stage.worker(0).told).toEqual(['boot', 'quit'])
  })

  it('at once is not made graceful again', () => {
    const stage = serving(1)
    stage.signal('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTTIN')
    expect(stage.worker(0).told).toEqual(['boot', 'quit'])
    expect(stage.started).toBe(1)
  })

  it('waits for a worker that still boots', () => {
    const stage = new Stage()
    stage.signal('SIGTERM')
    stage.worker(0).ready()
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    expect(stage.ended).toEqual([])
    stage.worker(0).exit(0)
    expect(stage.ended).toEqual([0])
  })

  it('ends once, whatever comes later', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGTERM')
    stage.worker(0).exit(0)
    await stage.loaded()
    stage.signal('SIGTERM')
    stage.pass(100_000)
    expect(stage.ended).toEqual([0])
    expect(stage.started).toBe(1)
  })
})

describe('the number of workers', () => {
  it('goes up by TTIN and down by TTOU, from the last place', () => {
    const stage = serving(2)
    stage.signal('SIGTTIN')
    expect(stage.started).toBe(3)
    stage.worker(2).ready()
    stage.signal('SIGTTOU', 'SIGTTOU')
    expect(stage.worker(2).messages.at(-1)).toMatchObject({ type: 'drain', stop: false })
    expect([0, 1, 2].map((index) => stage.worker(index).told.at(-1))).toEqual(['boot', 'drain', 'drain'])
  })

  it('is never below one', () => {
    const stage = serving(1)
    stage.signal('SIGTTOU', 'SIGTTOU')
    expect(stage.worker(0).told).toEqual(['boot'])
    stage.signal('SIGTTIN')
    expect(stage.started).toBe(2)
  })
})

describe('a worker that asks to be replaced', () => {
  it('drains when another is ready, and the log says it was recycled', () => {
    const stage = serving(1)
    stage.worker(0).recycle()
    expect(stage.worker(0).told).toEqual(['boot'])
    stage.worker(1).ready()
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    stage.worker(0).exit(0)
    expect(stage.lines.at(-1)).toMatch(
      /^\[INFO\] Worker \(pid:101\) was recycled \(max-requests\); lived .* requests served: 5/
    )
    expect(stage.started).toBe(2)
  })
})

describe('what comes from a worker that has gone', () => {
  it('is of no effect', () => {
    const stage = serving(1)
    stage.worker(0).die()
    stage.lines.length = 0
    stage.worker(0).ready()
    stage.worker(0).recycle()
    stage.worker(0).die()
    expect(stage).toMatchObject({ lines: [], started: 2, ended: [] })
  })
})
