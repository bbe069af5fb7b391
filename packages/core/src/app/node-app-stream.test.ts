import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { answer, begin, log, settle } from './test-node-support.ts'

describe('res, a streamed answer', () => {
  it('goes out as it is written', async () => {
    const { exchange, response, done } = begin()
    response.write('one')
    expect(exchange).toMatchObject({ calls: ['head', 'write'], content: 'one' })
    response.write(Buffer.from('two'))
    response.end('three')
    await done
    expect(exchange.content).toBe('onetwothree')
    expect(exchange.calls.at(-1)).toBe('end')
  })

  it.each<[string, BufferEncoding | undefined, string]>([
    ['grün', undefined, 'gr\xc3\xbcn'],
    ['grün', 'utf8', 'gr\xc3\xbcn'],
    ['grün', 'latin1', 'gr\xfcn'],
    ['Z3L8bg==', 'base64', 'gr\xfcn'],
    ['a', 'utf16le', 'a\0']
  ])('writes %j in %s', async (text, encoding, bytes) => {
    const exchange = await answer((_, res) => {
      res.write('<', 'latin1')
      res.write(text, encoding as BufferEncoding)
      res.end('>')
    })
    expect(exchange.content).toBe(`<${bytes}>`)
  })

  it('is what end() makes when the head was written without a length, as in node:http', async () => {
    const exchange = await answer((_, res) => res.writeHead(200).end('hello'))
    expect(exchange).toMatchObject({ calls: ['head', 'write', 'end'], content: 'hello', fields: [] })
  })

  it('ends with its trailers', async () => {
    const exchange = await answer((_, res) => {
      res.setHeader('Trailer', 'X-Sum')
      res.write('hello')
      res.addTrailers({ 'X-Sum': '7', 'X-Other': 'a: b' })
      res.end()
    })
    expect(exchange.sentTrailers).toEqual(['X-Sum', '7', 'X-Other', 'a: b'])
  })

  it('waits for a slow client: write() is false, drain follows when there is room', async () => {
    const { exchange, response } = begin()
    const room = Promise.withResolvers<void>()
    exchange.room = room.promise
    const seen = log(response, 'drain')
    expect(response.write('one')).toBe(false)
    expect(response.writableNeedDrain).toBe(true)
    await settle()
    expect(seen).toEqual([])
    exchange.room = undefined
    room.resolve()
    await settle()
    expect(seen).toEqual(['drain'])
    expect(response.writableNeedDrain).toBe(false)
    expect(response.write('two')).toBe(true)
  })

  it('is what a pipe makes', async () => {
    const exchange = await answer((_, res) => void Readable.from(['one', 'two']).pipe(res))
    expect(exchange).toMatchObject({ content: 'onetwo', complete: true })
  })

  it('calls back for each write and at the end', async () => {
    const called: string[] = []
    await answer((_, res) => {
      res.write('one', () => called.push('write'))
      res.end('two', () => called.push('end'))
    })
    expect(called).toEqual(['write', 'end'])
  })

  it('sends nothing of it to HEAD', async () => {
    const exchange = await answer(
      (_, res) => {
        res.write('hello')
        res.end()
      },
      { method: 'HEAD' }
    )
    expect(exchange).toMatchObject({ content: '', complete: true })
  })
})
