import { describe, expect, it } from 'vitest'
import { isAlive, startPf } from '../support/pf.ts'
import { Load } from './support/load.ts'

const RECYCLED = /Worker \(pid:(\d+)\) was recycled \(max-requests\); lived .+ s, requests served: (\d+)/

describe('--max-requests', () => {
  it('replaces workers by what they have served and loses no request', async () => {
    const pf = await startPf(['arbiter/app.mjs', '-w', '2', '--max-requests', '20'])
    await pf.waitForReady(2)
    const load = new Load(pf.port)
    await pf.waitForCount(RECYCLED, 3)
    await load.stop()
    expect(load.losses).toEqual([])
    const served = [...pf.log.matchAll(new RegExp(RECYCLED, 'g'))]
    for (const [, pid, count] of served) {
      expect(Number(count)).toBeGreaterThanOrEqual(20)
      expect(isAlive(Number(pid))).toBe(false)
    }
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
  })
})

describe('--max-lifetime', () => {
  it('replaces workers by their age and loses no request', async () => {
    const pf = await startPf([
      'arbiter/app.mjs',
      '-w',
      '2',
      '--max-lifetime',
      '0.5',
      '--max-lifetime-jitter',
      '0.5'
    ])
    await pf.waitForReady(2)
    const load = new Load(pf.port)
    await pf.waitForCount(/was recycled \(max-lifetime\)/, 3)
    await load.stop()
    expect(load.losses).toEqual([])
    expect(pf.lines.filter(({ level }) => level !== 'INFO')).toEqual([])
  })
})
