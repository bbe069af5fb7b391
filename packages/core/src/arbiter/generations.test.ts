import { describe, expect, it } from 'vitest'
import { Generations, keepUntilRestart } from './generations.ts'
import { launchOf, releaseOf } from './test-supervisor.ts'
import { booting, draining, ready } from './test-support.ts'

describe('Generations', () => {
  it('number the releases from 1', () => {
    const [first, second, third] = [releaseOf(), releaseOf(), releaseOf()]
    const generations = new Generations(first)
    expect(generations.add(second, new Set([1]))).toBe(2)
    expect(generations.add(third, new Set([1, 2]))).toBe(3)
    expect([1, 2, 3].map((number) => generations.releaseOf(number))).toEqual([first, second, third])
  })

  it('forget those of which no worker lives, unless they have proven themselves, and never use a number again', () => {
    const generations = new Generations(releaseOf())
    generations.add(releaseOf(), new Set([1]))
    expect(generations.add(releaseOf(), new Set([1]))).toBe(3)
    expect(() => generations.releaseOf(2)).toThrow('generation 2 has been forgotten')
    expect(() => generations.releaseOf(1)).not.toThrow()
  })
})

describe('what is gone back to', () => {
  /** Generations 1 to `count`. */
  function generationsTo(count: number): Generations {
    const generations = new Generations(releaseOf())
    for (let number = 2; number <= count; number += 1)
      generations.add(releaseOf(), new Set(Array.from({ length: number }, (_, index) => index)))
    return generations
  }

  it('is the newest before it that has proven itself, be its workers gone', () => {
    const generations = generationsTo(4)
    generations.prove(1)
    generations.prove(2)
    expect(generations.fallback(4, [ready(1, { generation: 3 })])).toBe(2)
    expect(generations.fallback(2, [])).toBe(1)
  })

  it('is never one that has failed before', () => {
    const generations = generationsTo(3)
    generations.prove(1)
    generations.prove(2)
    generations.withdraw(2)
    expect(generations.fallback(3, [ready(1, { generation: 2 })])).toBe(1)
  })

  it('is the newest of which a worker serves when none has proven itself', () => {
    const workers = [
      ready(1, { generation: 1 }),
      ready(2, { generation: 2 }),
      draining(3, { generation: 3 }),
      booting(4, { generation: 4 })
    ]
    expect(generationsTo(5).fallback(5, workers)).toBe(2)
    expect(generationsTo(5).fallback(2, workers)).toBe(1)
  })

  it('is none where there is none', () => {
    expect(generationsTo(2).fallback(2, [])).toBeUndefined()
    expect(generationsTo(1).fallback(1, [ready(1)])).toBeUndefined()
  })

  it('is not forgotten when its last worker has gone', () => {
    const generations = generationsTo(2)
    generations.prove(1)
    generations.add(releaseOf(), new Set([2]))
    expect(generations.fallback(3, [])).toBe(1)
  })
})

describe('keepUntilRestart', () => {
  const { config } = launchOf({ pidfile: '/run/a.pid', workers: 1 })

  it('takes over what a reload can change', () => {
    const loaded = launchOf({ pidfile: '/run/a.pid', workers: 4, env: { A: 'b' } })
    const { launch, kept } = keepUntilRestart(config, loaded)
    expect(launch.config).toEqual(loaded.config)
    expect(kept).toEqual([])
  })

  it('puts back what only a restart can change, and names it', () => {
    const { launch, kept } = keepUntilRestart(
      config,
      launchOf({ pidfile: '/run/b.pid', workers: 4, name: 'b' })
    )
    expect(kept.sort()).toEqual(['name', 'pidfile'])
    expect(launch.config).toEqual({ ...config, name: undefined, workers: 4 })
    expect(launch.config).toBeInstanceOf(Object)
    expect(Object.isFrozen(launch.config)).toBe(true)
  })

  it('leaves what it was given as it is', () => {
    const loaded = launchOf({ pidfile: '/run/b.pid' })
    keepUntilRestart(config, loaded)
    expect(loaded.config.pidfile).toBe('/run/b.pid')
  })
})
