import { describe, expect, it } from 'vitest'
import { SCENARIOS, SERVER_SCENARIOS } from './scenarios.ts'
import { differences, rows } from './support/differences.ts'

describe('docs/node-http-differences.md', () => {
  const names = differences().flatMap(({ scenarios }) => scenarios)

  it('names scenarios that are there, each once', () => {
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => !(name in SCENARIOS) && !(name in SERVER_SCENARIOS))).toEqual([])
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('names worker classes, and a reason in every row', () => {
    const classes = new Set(differences().flatMap((difference) => difference.classes))
    expect([...classes].toSorted()).toEqual(['async', 'gthread', 'sync'])
    expect(differences()).toHaveLength(rows())
  })
})

describe('the scenarios', () => {
  it('have names of their own', () => {
    const both = Object.keys(SCENARIOS).filter((name) => name in SERVER_SCENARIOS)
    expect(both).toEqual([])
  })
})
