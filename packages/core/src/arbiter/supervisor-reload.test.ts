import { describe, expect, it } from 'vitest'
import { type Stage, serving } from './test-supervisor.ts'

describe('a reload', () => {
  it('replaces every worker, each when another is ready', async () => {
    const stage = serving(2)
    stage.signal('SIGHUP')
    expect(stage.started).toBe(2)
    await stage.loaded({ workers: 2, env: { GREETING: 'again' } })
    expect(stage.lines).toContain('[INFO] Reloading: starting generation 2')
    expect(stage.worker(2).options.env).toMatchObject({ GREETING: 'again' })
    expect(stage.worker(0).told).toEqual(['boot'])
    stage.worker(2).ready()
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    stage.worker(0).exit(0)
    stage.worker(3).ready()
    expect(stage.worker(1).told).toEqual(['boot', 'drain'])
    stage.worker(1).exit(0)
    expect(stage).toMatchObject({ started: 4, ended: [] })
  })

  it('begins the replacement of the next worker while the last one drains', async () => {
    const stage = serving(2)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 2 })
    stage.worker(2).ready()
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    expect(stage.started).toBe(4)
  })

  it('that cannot be read changes nothing, and says why', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded(new Error('pf.config.js: no'))
    expect(stage.lines.at(-1)).toBe('[ERROR] Reload failed, nothing has changed: pf.config.js: no')
    expect(stage).toMatchObject({ started: 1, ended: [] })
    stage.signal('SIGHUP')
    expect(stage.loads).toHaveLength(2)
  })

  it('that is asked for while one is read is read once more after that', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGHUP', 'SIGHUP')
    expect(stage.loads).toHaveLength(1)
    await stage.loaded()
    expect(stage.loads).toHaveLength(2)
    await stage.loaded()
    expect(stage.loads).toHaveLength(2)
  })

  it.each([
    ['asked for', ['SIGTERM', 'SIGHUP']],
    ['under way', ['SIGHUP', 'SIGTERM']]
  ] as const)('that is %s at the end starts nobody', async (_, signals) => {
    const stage = serving(1)
    stage.signal(...signals)
    await stage.loaded()
    expect(stage.started).toBe(1)
    expect(stage.lines.join()).not.toContain('Reloading')
  })

  it('ends the pause of a crash loop', async () => {
    const stage = serving(2)
    stage.worker(0).die()
    stage.worker(2).die()
    const before = stage.started
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 2 })
    expect(stage.started).toBeGreaterThan(before)
    expect(stage.lines.join().match(/keeps dying/g)).toHaveLength(1)
  })

  it('tells old workers the new limit of their drain', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ gracefulTimeout: 77 })
    stage.worker(1).ready()
    expect(stage.worker(0).messages.at(-1)).toMatchObject({ type: 'drain', gracefulTimeout: 77_000 })
  })

  it('brings new limits', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ timeout: 5 })
    stage.worker(1).ready()
    stage.pass(6100)
    expect(stage.worker(1).inspections).toEqual(['stuck'])
  })
})

describe('a release that cannot boot', () => {
  it('is withdrawn; those that serve go on', async () => {
    const stage = serving(2)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 2 })
    stage.worker(2).failBoot('PF_APP')
    expect(stage.lines.at(-1)).toBe(
      '[ERROR] Reload failed: generation 2 is withdrawn, generation 1 goes on. App failed to load: why'
    )
    stage.pass(10_000)
    expect(stage).toMatchObject({ started: 3, ended: [] })
    expect([0, 1].map((index) => stage.worker(index).told)).toEqual([['boot'], ['boot']])
  })

  it('is withdrawn also when the last worker that served has died meanwhile', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ env: { GREETING: 'bad' } })
    stage.worker(0).die()
    stage.worker(1).failBoot('PF_APP')
    expect(stage.lines).toContain(
      '[ERROR] Reload failed: generation 2 is withdrawn, generation 1 goes on. App failed to load: why'
    )
    expect(stage.worker(2).options.env).toMatchObject({ GREETING: 'hello' })
  })

  it('leaves the number of workers as it was, though its config says another', async () => {
    const stage = serving(3)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 1 })
    expect([0, 1, 2].map((index) => stage.worker(index).told.at(-1))).toEqual(['boot', 'boot', 'boot'])
    stage.worker(3).failBoot('PF_BOOT')
    stage.worker(0).die()
    expect(stage.started).toBe(5)
  })

  it('leaves the limits as they were', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ timeout: 5 })
    stage.worker(1).failBoot('PF_BOOT')
    stage.pass(6000)
    expect(stage.worker(0).inspections).toEqual([])
  })

  it('is followed by workers of the generation that goes on', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ env: { GREETING: 'bad' } })
    stage.worker(1).failBoot('PF_BOOT')
    stage.worker(0).die()
    expect(stage.worker(2).options.env).toMatchObject({ GREETING: 'hello' })
  })

  it('takes those of its workers along that are ready already', async () => {
    const stage = serving(2)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 2 })
    stage.worker(2).ready()
    stage.worker(3).failBoot('PF_BOOT')
    stage.worker(4).ready()
    expect(stage.worker(2).told).toEqual(['boot', 'drain'])
  })
})

describe('a release that cannot boot and is overtaken by another reload', () => {
  const overtaken =
    '[WARNING] A worker of generation 2, not wanted any more, did not boot. App failed to load: why'

  /** Two workers of generation 2 boot, and are not wanted any more. */
  async function onceOvertaken(): Promise<Stage> {
    const stage = serving(8)
    for (const _ of [2, 3]) {
      stage.signal('SIGHUP')
      await stage.loaded({ workers: 8 })
    }
    return stage
  }

  it('shows once why, though its workers have been told to leave', async () => {
    const stage = await onceOvertaken()
    stage.worker(8).failBoot('PF_APP')
    stage.worker(9).failBoot('PF_APP')
    expect(stage.lines.filter((line) => line.includes('why'))).toEqual([overtaken])
    expect(stage.lines.join()).not.toContain('withdrawn')
  })

  it('shows each reason', async () => {
    const stage = await onceOvertaken()
    stage.worker(8).failBoot('PF_APP')
    stage.worker(9).failBoot('PF_BOOT')
    expect(stage.lines).toContain(overtaken)
    expect(stage.lines).toContain(overtaken.replace('App failed to load', 'Worker failed to boot'))
  })
})

describe('the number of workers after a reload', () => {
  it('is that of TTIN and TTOU as long as the setting is the same', async () => {
    const stage = serving(1)
    stage.signal('SIGTTIN')
    stage.worker(1).ready()
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 1 })
    stage.worker(2).ready()
    stage.worker(3).ready()
    expect([0, 1, 2, 3].map((index) => stage.worker(index).told.at(-1))).toEqual([
      'drain',
      'drain',
      'boot',
      'boot'
    ])
  })

  it('is the new setting, from the first new worker that is ready', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP')
    await stage.loaded({ workers: 3 })
    expect(stage.started).toBe(2)
    stage.worker(1).ready()
    for (let index = 2; index < stage.started; index++) stage.worker(index).ready()
    expect(stage.started).toBe(4)
    expect([1, 2, 3].map((index) => stage.worker(index).told)).toEqual([['boot'], ['boot'], ['boot']])
  })
})
