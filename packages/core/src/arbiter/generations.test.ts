import { describe, expect, it } from 'vitest'
import { fallback, Generations, keepUntilRestart } from './generations.ts'
import { launchOf, releaseOf } from './test-supervisor.ts'
import { booting, draining, fleetOf, LIMITS, NOW, ready } from './test-support.ts'

describe('Generations', () => {
  it('number the releases from 1', () => {
    const [first, second, third] = [releaseOf(), releaseOf(), releaseOf()]
    const generations = new Generations(first)
    expect(generations.add(second, new Set([1]))).toBe(2)
    expect(generations.add(third, new Set([1, 2]))).toBe(3)
    expect([1, 2, 3].map((number) => generations.releaseOf(number))).toEqual([first, second, third])
  })

  it('forget those of which no worker lives, and never use a number again', () => {
    const generations = new Generations(releaseOf())
    generations.add(releaseOf(), new Set([1]))
    expect(generations.add(releaseOf(), new Set([1]))).toBe(3)
    expect(() => generations.releaseOf(2)).toThrow('generation 2 has been forgotten')
    expect(() => generations.releaseOf(1)).not.toThrow()
  })
})

describe('fallback', () => {
  const workers = [
    ready(1, { generation: 1 }),
    ready(2, { generation: 3 }),
    draining(3, { generation: 4 }),
    booting(4, { generation: 5 }),
    ready(5, { generation: 6 })
  ]

  it('is the newest generation before the one that failed of which a worker serves', () => {
    expect(fallback(fleetOf(1, workers, { generation: 6 }), 6)).toBe(3)
    expect(fallback(fleetOf(1, workers, { generation: 3 }), 3)).toBe(1)
  })

  it('is one that has proven itself rather than one on its way', () => {
    const proven = ready(1, { since: NOW - LIMITS.reloadProbation })
    const recent = ready(2, { generation: 2 })
    expect(fallback(fleetOf(1, [proven, recent], { generation: 3 }), 3)).toBe(1)
    expect(fallback(fleetOf(1, [recent], { generation: 3 }), 3)).toBe(2)
  })

  it('is none when nobody else serves', () => {
    expect(fallback(fleetOf(1, workers, { generation: 1 }), 1)).toBeUndefined()
    expect(fallback(fleetOf(1, [], { generation: 2 }), 2)).toBeUndefined()
  })

  it('is none when the one that failed is not the current one', () => {
    expect(fallback(fleetOf(1, workers, { generation: 6 }), 5)).toBeUndefined()
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
