import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClassUnderTest } from '../../contract/support/classes.ts'
import { inParallel } from '../../support/in-parallel.ts'
import { openPf, type PfProcess } from '../../support/pf.ts'
import { type Case, readCorpus } from './corpus.ts'
import { cutOffsets } from './cut-offsets.ts'
import type { ExpectedRequest } from './expectation.ts'
import { type ExpectedAnswer, type Sending, type Served, serve } from './served.ts'

type Style = 'node' | 'fetch'

/** Connections at a time. */
const AT_ONCE = 24
/** Of how many cases one is also sent byte by byte, and the most bytes that such a case may have. */
const SINGLY_EVERY = 3
const SINGLY_MOST = 500

/**
 * `PF_CORPUS=every-cut`: all cases byte by byte and cut at every offset. Takes minutes for each class; without it every case is
 * cut once, and some are sent byte by byte.
 */
const EVERY_CUT = process.env['PF_CORPUS'] === 'every-cut'
const TIMEOUT_MS = EVERY_CUT ? 600_000 : 60_000

/** Puts the corpus to one worker of a class, over sockets. */
export function corpusRules(workerClass: ClassUnderTest, style: Style): void {
  describe(`worker class ${workerClass.name}, ${style} style, corpus`, () => {
    const cases = readCorpus().filter(({ options }) => Object.keys(options).length === 0)
    let pf: PfProcess
    beforeAll(async () => {
      pf = await openPf([...workerClass.args, `corpus/${style}-app.ts`])
    })
    afterAll(() => pf.destroy())

    it.each([...new Set(cases.map(({ file }) => file))])('%s', { timeout: TIMEOUT_MS }, async (file) => {
      const { port } = pf
      const answerTo = style === 'node' ? nodeAnswer : fetchAnswer(`127.0.0.1:${port}`)
      const server: Served = { port, keepAlive: workerClass.keepAlive, answerTo }
      const runs = cases.filter((one) => one.file === file).flatMap(sendings)
      const complaints = await inParallel(runs, AT_ONCE, ([one, sending]) => serve(one, sending, server))
      expect(complaints.filter(Boolean)).toEqual([])
    })

    it('has cost no worker', () => {
      expect(pf.booted).toHaveLength(1)
    })
  })
}

function sendings(one: Case, index: number): [Case, Sending][] {
  const { length } = one.bytes
  const singly = EVERY_CUT || (index % SINGLY_EVERY === 0 && length <= SINGLY_MOST)
  // Any offset will do, as long as it is the same in every run.
  const cuts = EVERY_CUT ? cutOffsets(length) : [one.title.length % length || 1]
  const all: Sending[] = ['whole', ...cuts, ...(singly ? (['byte by byte'] as const) : [])]
  return all.map((sending) => [one, sending])
}

function nodeAnswer({ method, target, version, fields, body, trailers }: ExpectedRequest): ExpectedAnswer {
  return { status: 200, seen: { method, target, version, fields, body, trailers } }
}

/** What the Fetch standard leaves of a request. `local` is who a request is for that does not say it. */
function fetchAnswer(local: string): (request: ExpectedRequest) => ExpectedAnswer {
  return ({ method, target, host, fields, body, expectsContinue }) => {
    if (method === 'TRACE') return { status: 501 }
    const origin = `http://${host || local}`
    const path = target === '*' ? '/*' : target
    const url = URL.parse(path.startsWith('/') ? origin + path : path)
    if (url === null) return { status: 400 }
    // Content with these methods is there, and a Request has no way to show it.
    const hidden = method === 'GET' || method === 'HEAD'
    const seen = { method, url: url.href, fields: [...new Headers(pairs(fields))], body: hidden ? '' : body }
    return { status: 200, seen, closes: hidden && expectsContinue && body !== '' }
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] as string]] : []))
}
