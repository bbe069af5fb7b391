import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LightResponse, NativeResponse } from './light-response.ts'

type Arguments = ConstructorParameters<typeof Response>

const make = (...args: Arguments): Response => new LightResponse(...args) as unknown as Response

/** What one sees of a response, or of the error in its place. */
async function seen(build: () => Response): Promise<unknown> {
  let response: Response
  try {
    response = build()
  } catch (error) {
    return (error as Error).name
  }
  const { status, statusText, ok, redirected, type, url } = response
  const headers = [...response.headers].sort()
  return {
    status,
    statusText,
    ok,
    redirected,
    type,
    url,
    headers,
    text: await response.text(),
    used: response.bodyUsed
  }
}

const CASES: [string, Arguments][] = [
  ['nothing', []],
  ['null', [null]],
  ['text', ['hello']],
  ['text beyond ASCII', ['grüße 🎉']],
  ['half a surrogate pair', ['\ud800x']],
  ['bytes', [new Uint8Array([104, 105])]],
  ['a view of some bytes', [new Uint8Array([1, 104, 105, 2]).subarray(1, 3)]],
  ['a buffer', [new TextEncoder().encode('hi').buffer]],
  ['form fields', [new URLSearchParams({ a: '1' })]],
  ['a blob', [new Blob(['hi'], { type: 'text/x' })]],
  ['a stream', [new Blob(['streamed']).stream()]],
  ['a status', ['no', { status: 404, statusText: 'Nowhere' }]],
  ['204 with nothing', [null, { status: 204 }]],
  ['204 with text', ['x', { status: 204 }]],
  ['a status below the range', ['x', { status: 199 }]],
  ['a status above the range', ['x', { status: 600 }]],
  ['a line break in the status text', ['x', { statusText: 'a\r\nb' }]],
  ['fields', ['x', { headers: { 'X-One': '1', 'Content-Type': 'text/html' } }]],
  ['fields with white space around', ['x', { headers: { a: ' b ' } }]],
  ['fields that differ in case', ['x', { headers: { A: '1', a: '2' } }]],
  ['a field name that is no token', ['x', { headers: { 'a b': '1' } }]],
  ['a line break in a field', ['x', { headers: { a: '1\r\nb: 2' } }]],
  ['a field above U+00FF', ['x', { headers: { a: '€' } }]],
  [
    'pairs',
    [
      'x',
      {
        headers: [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2']
        ]
      }
    ]
  ],
  ['Headers', ['x', { headers: new Headers({ etag: '"1"' }) }]],
  ['a number for a field', ['x', { headers: { a: 1 } as never }]]
]

describe('Response, made light', () => {
  it.each(CASES)("of %s is as Node's own", async (_name, args) => {
    const [body, init] = args
    if (body instanceof ReadableStream) {
      const [one, other] = body.tee()
      expect(await seen(() => make(one, init))).toEqual(await seen(() => new NativeResponse(other, init)))
    } else expect(await seen(() => make(...args))).toEqual(await seen(() => new NativeResponse(...args)))
  })

  it("is as Node's own for any text, status and fields", async () => {
    const init = fc.record(
      {
        status: fc.integer({ min: 190, max: 610 }),
        statusText: fc.string(),
        headers: fc.dictionary(fc.string(), fc.string())
      },
      { requiredKeys: [] }
    )
    const body = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()))
    await fc.assert(
      fc.asyncProperty(body, init, async (body, init) => {
        const args = [body, init] as Arguments
        expect(await seen(() => make(...args))).toEqual(await seen(() => new NativeResponse(...args)))
      })
    )
  })

  it('of JSON is as Node’s own', async () => {
    for (const data of [{ a: [1] }, null, 'text', 1]) {
      const build = [
        () => LightResponse.json(data, { status: 201 }),
        () => NativeResponse.json(data, { status: 201 })
      ]
      const [light, native] = await Promise.all(build.map(seen))
      expect(light).toEqual(native)
    }
    expect(() => LightResponse.json(undefined)).toThrow(TypeError)
  })

  it('is sent as it is as long as nobody asks for its content', () => {
    const response = make('hi', { status: 201, headers: { a: 'b' } })
    response.headers.set('c', 'd')
    expect(LightResponse.plain(response)).toMatchObject({ status: 201, statusText: '', body: 'hi' })
    expect(new Headers(pairs(LightResponse.plain(response)?.headers ?? [])).get('c')).toBe('d')
    void response.body
    expect(LightResponse.plain(response)).toBeUndefined()
  })

  it('keeps the headers that were set when its content is asked for', async () => {
    const response = make('hi')
    response.headers.set('a', 'b')
    const copy = response.clone()
    expect([copy.headers.get('a'), response.headers.get('a'), await copy.text()]).toEqual(['b', 'b', 'hi'])
  })

  it('does not change with the memory it was made of', async () => {
    const bytes = new TextEncoder().encode('before')
    const response = make(bytes)
    bytes.fill(0)
    expect(await response.text()).toBe('before')
  })

  it('passes for a Response, and Node’s own for one of it', () => {
    expect(make('x')).toBeInstanceOf(NativeResponse)
    expect(make('x')).toBeInstanceOf(LightResponse)
    expect(new NativeResponse('x')).toBeInstanceOf(LightResponse)
    expect({}).not.toBeInstanceOf(LightResponse)
  })

  it('can be subclassed', async () => {
    class Special extends (LightResponse as unknown as typeof Response) {
      readonly special = true
    }
    const response = new Special('hi', { status: 202 })
    expect([response.special, response.status, response.ok, await response.text()]).toEqual([
      true,
      202,
      true,
      'hi'
    ])
    expect(response).toBeInstanceOf(Special)
    expect(make('x')).not.toBeInstanceOf(Special)
  })
})

function pairs(list: readonly string[]): [string, string][] {
  return list.flatMap((name, index) =>
    index % 2 === 0 ? [[name, list[index + 1] ?? ''] as [string, string]] : []
  )
}
