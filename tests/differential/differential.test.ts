import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCorpus } from '../corpus/support/corpus.ts'
import { encode } from '../corpus/support/notation.ts'
import { Mutator } from '../fuzz/mutator.ts'
import { Random } from '../fuzz/random.ts'
import { inParallel } from '../support/in-parallel.ts'
import { openPf, type PfProcess } from '../support/pf.ts'
import { compare, NEXT } from './compare.ts'
import { DIFFERENCES, type Difference, kindOf } from './differences.ts'
import { startNodeServer } from './node-server.ts'

/** The same inputs every time. */
const SEED = 9112
const MUTATIONS = 3000
const AT_ONCE = 32

const KINDS = Object.keys(DIFFERENCES)

function inputs(): Buffer[] {
  const cases = readCorpus().filter(({ options }) => Object.keys(options).length === 0)
  const seeds = cases.map(({ bytes }) => Buffer.from(bytes, 'latin1'))
  const mutator = new Mutator(seeds, new Random(SEED))
  const all = [...seeds, ...Array.from({ length: MUTATIONS }, () => mutator.next())]
  return [...seeds, ...all.map((input) => Buffer.concat([input, Buffer.from(NEXT)]))]
}

describe('pf and node:http, for the same bytes', () => {
  let pf: PfProcess
  let node: Awaited<ReturnType<typeof startNodeServer>>
  beforeAll(async () => {
    node = await startNodeServer()
    pf = await openPf(['-k', 'async', 'differential/app.ts'])
  })
  afterAll(async () => {
    node.server.close()
    await pf.destroy()
  })

  it('differ in what the documentation explains and in nothing else', async () => {
    const found = await inParallel(inputs(), AT_ONCE, (input) => compare(input, pf.port, node.port))
    const differences = found.filter((one) => one !== undefined)
    expect(differences.filter((one) => kindOf(one) === undefined).map(told)).toEqual([])
    // A row that nothing shows explains nothing.
    const shown = new Set(differences.map(kindOf))
    expect(KINDS.filter((kind) => !shown.has(kind))).toEqual([])
  })
})

describe('docs/http-differences.md', () => {
  it('has a row for every kind of difference, with its clause', () => {
    const page = readFileSync(new URL('../../docs/http-differences.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `(.+?)` \|(.*)\|$/gm)]
    expect(rows.map(([, kind]) => kind).toSorted()).toEqual(KINDS.toSorted())
    for (const [, kind, cells = ''] of rows) expect(cells.split(' | '), kind).toHaveLength(4)
  })
})

function told({ pf, node, events, text }: Difference): string {
  return `${encode(text)}: pf ${pf?.status}, node:http ${node?.status}, ${events.map(encode).join(', ')}`
}
