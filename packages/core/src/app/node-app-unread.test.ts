import { finished } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import { begin, log, settle } from './test-node-support.ts'

const POST = { method: 'POST' }

describe('req that nobody reads', () => {
  it.each<[string, string[]]>([
    ['without content', []],
    ['with content', ['one']]
  ])('%s that nobody listens to is closed when the answer is out', async (_, pieces) => {
    const { request, response } = begin(POST, pieces)
    response.end('hello')
    await settle()
    expect(request).toMatchObject({
      complete: true,
      readableEnded: true,
      destroyed: true,
      closed: true,
      aborted: false
    })
    await finished(request)
    expect(await request.toArray()).toEqual([])
  })

  it.each(['finish', 'close'])("ends for who begins to listen at the response's %s", async (event) => {
    const { request, response } = begin()
    let seen: string[] = []
    response.on(event, () => {
      seen = log(request, 'end', 'close')
    })
    response.end('hello')
    await settle()
    expect(seen).toEqual(['end', 'close'])
  })

  it('ends for who has replaced its emit()', async () => {
    const { request, response } = begin()
    const seen: unknown[] = []
    const { emit } = request
    request.emit = (name: string, ...rest: unknown[]) => {
      seen.push(name)
      return Reflect.apply(emit, request, [name, ...rest])
    }
    response.end('hello')
    await settle()
    expect(seen).toEqual(expect.arrayContaining(['end', 'close']))
  })
})
