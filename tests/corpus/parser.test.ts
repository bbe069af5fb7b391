import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Case, readCorpus } from './support/corpus.ts'
import { cutOffsets } from './support/cut-offsets.ts'
import { encode } from './support/notation.ts'
import { replay } from './support/replay.ts'

const CASES = readCorpus()
/** The case cut into pieces, each way with its name. */
function* cuts({ bytes }: Case): Generator<[how: string, pieces: Buffer[]]> {
  const whole = Buffer.from(bytes, 'latin1')
  yield ['whole', [whole]]
  yield ['byte by byte', Array.from(whole, (_, index) => whole.subarray(index, index + 1))]
  for (const at of cutOffsets(whole.length))
    yield [`cut at ${at}`, [whole.subarray(0, at), whole.subarray(at)]]
}

describe('the corpus', () => {
  it('has at least 300 cases, 80 of them on smuggling, each with a title of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(300)
    expect(CASES.filter(({ file }) => file.includes('smuggling')).length).toBeGreaterThanOrEqual(80)
    const titles = CASES.map(({ title }) => title)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })
})

describe.each([...new Set(CASES.map(({ file }) => file))])('RequestParser, corpus %s', (file) => {
  it.each(CASES.filter((one) => one.file === file))('$title', (one) => {
    for (const [how, pieces] of cuts(one)) {
      const lines = replay(pieces, one.options.parser)
      if (!isDeepStrictEqual(lines, one.events))
        expect(lines.map(encode), how).toEqual(one.events.map(encode))
    }
  })
})
