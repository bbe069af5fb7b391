import { describe, expect, it } from 'vitest'
import { type Stage, serving } from './test-supervisor.ts'

const NAME = 'http://127.0.0.1:8000'

/** A stage on which two workers drain, since a new arbiter is ready. */
function handingOver(listeners: readonly string[] = [NAME]): Stage {
  const stage = serving(2)
  stage.signal('SIGUSR2')
  stage.successor({ type: 'ready', listeners })
  return stage
}

describe('USR2', () => {
  it('changes nothing for the workers until the new arbiter is ready', () => {
    const stage = serving(2)
    stage.signal('SIGUSR2')
    expect(stage.lines).toEqual(['[INFO] Handling signal: usr2', '[INFO] Booting new arbiter with pid: 700'])
    expect([0, 1].map((index) => stage.worker(index).told)).toEqual([['boot'], ['boot']])
    stage.worker(0).die('SIGKILL')
    expect(stage.started).toBe(3)
  })

  it('has all workers drain then, without a last call, and ends when they have', () => {
    const stage = handingOver()
    expect([0, 1].map((index) => stage.worker(index).messages.at(-1))).toMatchObject([
      { type: 'drain', stop: false },
      { type: 'drain', stop: false }
    ])
    expect([stage.started, stage.ended]).toEqual([2, []])
    stage.worker(0).exit(0)
    expect(stage.ended).toEqual([])
    stage.worker(1).exit(0)
    expect(stage.ended).toEqual([0])
    expect(stage.told).toEqual(['ready', 'main pid 700'])
  })

  it('has them take what is queued when there is a socket that the new arbiter does not have', () => {
    expect(handingOver([]).worker(0).messages.at(-1)).toMatchObject({ type: 'drain', stop: true })
  })

  it('brings workers back when the new arbiter goes', () => {
    const stage = handingOver()
    stage.worker(0).exit(0)
    stage.successor({ type: 'gone', code: null, signal: 'SIGKILL' })
    expect(stage.started).toBe(4)
    stage.worker(1).exit(0)
    expect(stage.ended).toEqual([])
  })

  it('ends no arbiter that has come back', () => {
    const stage = handingOver()
    for (const index of [0, 1]) stage.worker(index).exit(0)
    expect(stage.ended).toEqual([0])
    stage.successor({ type: 'leaving' })
    expect(stage.started).toBe(2)
  })
})

describe('during a handover', () => {
  it('HUP is refused', () => {
    const stage = handingOver()
    stage.signal('SIGHUP')
    expect(stage.lines.at(-1)).toBe('[WARNING] Without effect: this arbiter is about to end')
    expect(stage.loads).toEqual([])
  })

  it('what an earlier HUP has read is dropped', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGUSR2')
    stage.successor({ type: 'ready', listeners: [NAME] })
    await stage.loaded()
    expect(stage.started).toBe(1)
    stage.worker(0).exit(0)
    expect(stage.ended).toEqual([0])
  })

  it('what an earlier HUP could not read changes nothing', async () => {
    const stage = serving(1)
    stage.signal('SIGHUP', 'SIGUSR2')
    stage.successor({ type: 'ready', listeners: [NAME] })
    await stage.loaded(new Error('pf.config.js: no'))
    expect(stage.started).toBe(1)
    stage.worker(0).exit(0)
    expect(stage.ended).toEqual([0])
  })

  it.each(['SIGTTIN', 'SIGTTOU', 'SIGWINCH'] as const)('%s is without effect', (signal) => {
    const stage = handingOver()
    stage.signal(signal)
    expect(stage.lines.at(-1)).toBe('[WARNING] Without effect: this arbiter is about to end')
  })

  it('a second USR2 is refused', () => {
    const stage = handingOver()
    stage.signal('SIGUSR2')
    expect(stage.lines.at(-1)).toBe('[WARNING] No upgrade: the new arbiter (pid:700) is there already')
  })

  it('TERM and INT hurry the end', () => {
    const stage = handingOver()
    stage.signal('SIGTERM')
    expect(stage.worker(0).told).toEqual(['boot', 'drain'])
    stage.signal('SIGINT')
    expect(stage.worker(0).told).toEqual(['boot', 'drain', 'quit'])
  })
})
