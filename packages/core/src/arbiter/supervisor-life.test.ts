import { describe, expect, it } from 'vitest'
import type { Listener } from './listeners.ts'
import { Stage, serving } from './test-supervisor.ts'

const PROBATION = { reloadProbation: 5 }
const SECOND: Listener = { fd: 21, name: 'http://127.0.0.1:8001', file: undefined, isOurs: true }

/** What each of the first `count` workers was told last. */
function toldLast(stage: Stage, count: number): (string | undefined)[] {
  return Array.from({ length: count }, (_, index) => stage.worker(index).told.at(-1))
}

describe('the probation of a new release', () => {
  async function onProbation(workers = 2): Promise<Stage> {
    const stage = serving(workers, PROBATION)
    stage.signal('SIGHUP')
    await stage.loaded({ ...PROBATION, workers })
    stage.worker(workers).ready()
    return stage
  }

  it('keeps the old workers until it is over and the new one has turned since', async () => {
    const stage = await onProbation()
    stage.pass(6000)
    expect(toldLast(stage, 2)).toEqual(['boot', 'boot'])
    stage.worker(2).turn()
    stage.pass(200)
    expect(toldLast(stage, 2)).toEqual(['drain', 'boot'])
  })

  it('ends the reload when the new one dies before, and says what the app did not catch', async () => {
    const stage = await onProbation()
    stage.worker(2).events.message({ type: 'crashed', text: 'Error: no database\n    at app.js:1:1' })
    stage.worker(2).exit(1)
    const block = stage.lines.at(-1)
    expect(block).toMatch(
      /^\[ERROR\] Reload failed: generation 2 is withdrawn, generation 1 goes on\. Worker/
    )
    expect(block).toContain('Error: no database\n    at app.js:1:1')
    expect(toldLast(stage, 2)).toEqual(['boot', 'boot'])
    stage.pass(20_000)
    expect(stage).toMatchObject({ started: 3, told: ['ready', 'reloading', 'reloaded'] })
  })

  it('ends the reload when the new one gets stuck before', async () => {
    const stage = await onProbation(1)
    stage.pass(20_000)
    stage.worker(0).turn()
    stage.pass(12_000)
    expect(stage.worker(1).inspections).toEqual(['stuck'])
    stage.worker(1).report('stuck')
    stage.worker(1).die('SIGABRT')
    expect(stage.lines.at(-1)).toContain('generation 2 is withdrawn, generation 1 goes on')
    expect(stage.worker(0).told).toEqual(['boot'])
  })

  it('is nothing for a worker that takes the place of one that died', async () => {
    const stage = serving(1, PROBATION)
    stage.worker(0).recycle()
    stage.worker(1).ready()
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
  })

  it('lets the number of workers change only when it is over', async () => {
    const stage = serving(3, PROBATION)
    stage.signal('SIGHUP')
    await stage.loaded({ ...PROBATION, workers: 1 })
    stage.worker(3).ready()
    expect(toldLast(stage, 3)).toEqual(['boot', 'boot', 'boot'])
    stage.pass(5000)
    stage.worker(3).turn()
    stage.pass(200)
    expect(toldLast(stage, 4)).toEqual(['drain', 'drain', 'drain', 'boot'])
    expect(stage.told.at(-1)).toBe('reloaded')
  })
})

describe('a reload with other addresses', () => {
  it('lets go of the old ones when the last worker that serves them drains', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 1 }, [SECOND])
    expect(stage.lines).toContain(`[INFO] Listening at: ${SECOND.name} (${process.pid})`)
    expect(stage.worker(1).options.fds).toEqual([21])
    expect(stage.retained).toEqual([])
    stage.worker(1).ready()
    // Nobody else will serve whom the kernel has queued there.
    expect(stage.worker(0).messages.at(-1)).toMatchObject({ type: 'drain', stop: true })
    expect(stage.retained).toEqual([SECOND.name])
  })

  it('lets go of the new ones when it is withdrawn', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 1 }, [SECOND])
    stage.worker(1).failBoot('PF_APP')
    expect(stage.retained).toEqual(['http://127.0.0.1:8000'])
  })

  it('lets go of the new ones when it was read too late', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGTERM')
    await stage.loaded({ workers: 1 }, [SECOND])
    expect(stage.retained).not.toContain(SECOND.name)
  })
})

describe('WINCH', () => {
  it('lets all workers go, and HUP brings as many back', async () => {
    const stage = serving(2)
    stage.signal('SIGWINCH')
    expect(toldLast(stage, 2)).toEqual(['drain', 'drain'])
    expect(stage.worker(0).messages.at(-1)).toMatchObject({ type: 'drain', stop: false })
    for (const index of [0, 1]) stage.worker(index).exit(0)
    stage.pass(100_000)
    expect(stage).toMatchObject({ started: 2, ended: [] })
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 2 })
    expect(stage.started).toBe(4)
  })

  it('is followed by the workers as they were when HUP finds nothing of use', async () => {
    const stage = serving(1)
    stage.signal('SIGWINCH', 'SIGHUP')
    stage.worker(0).exit(0)
    await stage.loaded(new Error('pf.config.js: no'))
    expect(stage.started).toBe(2)
  })

  it('means nothing when it comes from a terminal', () => {
    const stage = new Stage({}, true)
    stage.signal('SIGWINCH')
    expect(stage.worker(0).told).toEqual(['boot'])
    expect(stage.lines.at(-1)).toBe('[DEBUG] Ignoring winch: the window was resized')
  })

  it('after HUP holds, whenever that comes to be read', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGWINCH')
    stage.worker(0).exit(0)
    await stage.loaded({ workers: 1 })
    expect(stage.started).toBe(1)
    stage.signal('SIGHUP', 'SIGWINCH')
    await stage.loaded(new Error('pf.config.js: no'))
    expect(stage.started).toBe(1)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 1 })
    expect(stage.started).toBe(2)
  })

  it('in a reload lets the workers on probation go too', async () => {
    const stage = serving(1, PROBATION)
    stage.signal('SIGHUP')
    await stage.loaded({ ...PROBATION, workers: 1 })
    stage.worker(1).ready()
    stage.signal('SIGWINCH')
    expect(toldLast(stage, 2)).toEqual(['drain', 'drain'])
  })
})

describe('a stop with a delay', () => {
  const delayed = { drainDelay: 10 }

  it('begins when it is over', () => {
    const stage = serving(1, { ...delayed, timeout: 0 })
    stage.signal('SIGTERM')
    expect(stage.lines.at(-1)).toBe('[INFO] Serving for another 10 s before the stop (see --drain-delay)')
    stage.pass(9900)
    expect(stage.worker(0).told).toEqual(['boot'])
    expect(stage.told).not.toContain('stopping')
    stage.pass(200)
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    expect(stage.told.at(-1)).toBe('stopping')
  })

  it('is cut short by a second TERM', () => {
    const stage = serving(1, delayed)
    stage.signal('SIGTERM', 'SIGTERM')
    expect(stage.worker(0).told).toEqual(['boot', 'quit'])
  })
})

describe('an arbiter that has been stopped for a while', () => {
  it('hears its workers before it judges them', () => {
    const stage = serving(1)
    stage.suspend(40_000)
    expect(stage.worker(0).inspections).toEqual([])
    stage.worker(0).turn()
    stage.pass(1500)
    expect(stage.worker(0).inspections).toEqual([])
  })

  it('finds those out that do not answer then', () => {
    const stage = serving(1)
    stage.suspend(40_000)
    stage.pass(1500)
    expect(stage.worker(0).inspections).toEqual(['stuck'])
  })
})

describe('the service manager', () => {
  it('hears that the server is ready when all workers are, once', () => {
    const stage = new Stage({ workers: 2 })
    stage.worker(0).ready()
    expect(stage.told).toEqual([])
    stage.worker(1).ready()
    stage.worker(1).die()
    stage.worker(2).ready()
    expect(stage.told).toEqual(['ready'])
  })

  it('hears of a reload, its end, and the stop', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    expect(stage.told).toEqual(['ready', 'reloading'])
    await stage.loaded({ workers: 1 })
    stage.worker(1).ready()
    stage.worker(0).exit(0)
    stage.signal('SIGTERM')
    expect(stage.told).toEqual(['ready', 'reloading', 'reloaded', 'stopping'])
  })

  it('hears of the end of two reloads when neither is under way any more', async () => {
    const stage = serving(1, PROBATION)
    stage.signal('SIGHUP')
    await stage.loaded({ ...PROBATION, workers: 1 })
    stage.signal('SIGHUP')
    await stage.loaded(new Error('pf.config.js: no'))
    expect(stage.told).toEqual(['ready', 'reloading', 'reloading'])
    stage.worker(1).failBoot('PF_APP')
    expect(stage.told.slice(3)).toEqual(['reloaded'])
  })

  it('hears of the end of a reload that WINCH ends', async () => {
    const stage = serving(1, PROBATION)
    stage.signal('SIGHUP')
    await stage.loaded({ ...PROBATION, workers: 1 })
    stage.signal('SIGWINCH')
    expect(stage.told).toEqual(['ready', 'reloading', 'reloaded'])
  })
})
