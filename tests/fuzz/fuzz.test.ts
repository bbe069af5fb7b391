import { describe, expect, it } from 'vitest'
import { fuzzConnections, fuzzParser } from './campaign.ts'

/** Short runs that are the same every time; `node scripts/fuzz.js` makes long ones. */
const SEED = 9112

describe('the parser, for mutations of the corpus', () => {
  it('keeps to its rules, however the bytes are cut', async () => {
    const { finding, kinds } = await fuzzParser(100_000, SEED)
    expect(finding).toBeUndefined()
    expect(kinds).toBeGreaterThan(1000)
  })
})

describe('a connection, for mutations of the corpus and apps that do anything', () => {
  it('keeps to its rules, and leaves nothing behind', async () => {
    const { finding } = await fuzzConnections(1000, SEED)
    expect(finding).toBeUndefined()
  })
})
