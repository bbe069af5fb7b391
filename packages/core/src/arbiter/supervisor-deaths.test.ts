import { describe, expect, it } from 'vitest'
import { Stage, serving } from './test-supervisor.ts'

const NO_TIMEOUT = { timeout: 0 }

describe('a worker that does not answer', () => {
  it('is looked into, then aborted, and killed when that does not help', () => {
    const stage = serving(1)
    stage.pass(30_900)
    expect(stage.worker(0).inspections).toEqual([])
    stage.pass(200)
    expect(stage.worker(0).inspections).toEqual(['stuck'])
    expect(stage.worker(0).signals).toEqual([])
    stage.worker(0).report('stuck')
    expect(stage.lines).toContain('[CRITICAL] REPORT: stuck')
    expect(stage.worker(0).signals).toEqual(['SIGABRT'])
    stage.pass(1100)
    expect(stage.worker(0).signals).toEqual(['SIGABRT', 'SIGKILL'])
  })

  it('is replaced at once', () => {
    const stage = serving(1)
    stage.pass(31_100)
    expect(stage.started).toBe(2)
  })

  it('is not said to be replaced later when it has been already', () => {
    const stage = serving(1)
    stage.worker(0).die()
    stage.worker(1).ready()
    stage.pass(31_100)
    stage.worker(2).ready()
    stage.worker(1).report('stuck')
    stage.worker(1).die('SIGABRT')
    expect(stage.lines.at(-1)).toBe(
      '[WARNING] Worker 1 keeps dying (2 times in a row); another has its place'
    )
  })

  it('is left alone as long as it does', () => {
    const stage = serving(1)
    for (let second = 0; second < 100; second++) {
      stage.pass(1000)
      stage.worker(0).turn()
    }
    expect(stage.worker(0).told).toEqual(['boot'])
  })

  it('is aborted when it boots for too long', () => {
    const stage = new Stage(NO_TIMEOUT)
    stage.pass(60_100)
    expect(stage.worker(0).inspections).toEqual(['boot'])
    stage.worker(0).report('boot')
    expect(stage.lines).toContain('[CRITICAL] REPORT: boot')
    expect(stage.worker(0).signals).toEqual(['SIGABRT'])
    stage.worker(0).ready()
    expect([stage.started, stage.ended]).toEqual([1, []])
    stage.worker(0).die('SIGABRT')
    expect([stage.started, stage.ended]).toEqual([1, [3]])
  })

  it('is forgiven when it becomes ready before its stacks are known', () => {
    const stage = new Stage(NO_TIMEOUT)
    stage.pass(60_100)
    stage.worker(0).ready()
    stage.worker(0).report('boot')
    stage.pass(10_000)
    expect(stage.worker(0).told).toEqual(['boot'])
  })

  it('is reported and goes on when it only stalls', () => {
    const stage = serving(1, { timeout: 0, stallWarning: 3 })
    stage.pass(4100)
    expect(stage.worker(0).inspections).toEqual(['stall'])
    stage.worker(0).report('stall')
    expect(stage.lines).toEqual(['[WARNING] REPORT: stall'])
    stage.worker(0).turn()
    stage.pass(4100)
    expect(stage.worker(0).inspections).toEqual(['stall', 'stall'])
    expect(stage.worker(0).told).toEqual(['boot'])
  })

  it('is killed when it does not finish its drain in time', () => {
    const stage = serving(2, NO_TIMEOUT)
    stage.signal('SIGTTOU')
    expect(stage.worker(1).told).toEqual(['boot', 'drain'])
    stage.pass(19_900)
    expect(stage.worker(1).signals).toEqual([])
    stage.pass(200)
    expect(stage.worker(1).signals).toEqual(['SIGKILL'])
    expect(stage.lines.at(-1)).toContain('did not finish within the graceful timeout, killing it (pid:102)')
  })

  it('is killed when it does not leave at once', () => {
    const stage = serving(1, NO_TIMEOUT)
    stage.signal('SIGINT')
    expect(stage.worker(0).told).toEqual(['boot', 'quit'])
    stage.pass(2100)
    expect(stage.worker(0).signals).toEqual(['SIGKILL'])
    stage.worker(0).die('SIGKILL')
    expect(stage.ended).toEqual([0])
  })
})

describe('a worker that dies', () => {
  it('is replaced at once the first time', () => {
    const stage = serving(2)
    stage.worker(0).die()
    expect(stage.started).toBe(3)
    expect(stage.lines[0]).toMatch(/^\[ERROR\] Worker \(pid:101\) was ended by SIGSEGV/)
  })

  it('is replaced after a pause when the one in its place dies too, and the log says so', () => {
    const stage = serving(2)
    stage.worker(0).die()
    stage.worker(2).die()
    expect(stage.lines).toContain('[WARNING] Worker 1 keeps dying (2 times in a row); next start in 1.0 s')
    expect(stage.started).toBe(3)
    stage.pass(900)
    expect(stage.started).toBe(3)
    stage.pass(200)
    expect(stage.started).toBe(4)
  })

  it('is replaced at once when the others die too', () => {
    const stage = serving(3)
    for (const index of [0, 1, 2]) stage.worker(index).die()
    expect(stage.started).toBe(6)
  })

  it('in its boot, once others have served, is one that died', () => {
    const stage = serving(1)
    stage.worker(0).die()
    stage.worker(1).failBoot('PF_BOOT')
    expect(stage).toMatchObject({ started: 2, ended: [] })
    stage.pass(1100)
    expect(stage.started).toBe(3)
  })

  it('tells what it served and held', () => {
    const stage = serving(1)
    stage.worker(0).die()
    expect(stage.lines[0]).toContain('requests served: 5, in flight: 2')
  })

  it('before it was started has no pid, and tells once why', () => {
    const stage = serving(1)
    stage.signal('SIGTTIN')
    stage.worker(1).pid = undefined
    stage.worker(1).events.exit({ code: null, signal: null, error: 'spawn EAGAIN' })
    expect(stage.lines.filter((line) => line.includes('EAGAIN'))).toEqual([
      '[ERROR] Worker (pid:-) could not be started: spawn EAGAIN'
    ])
  })
})
