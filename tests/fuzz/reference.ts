import { Broken, type Run, type Seen } from './parser-run.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const FIELD_LINE = /^([^:]*):[ \t]*(.*?)[ \t]*$/s
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/
const CHUNK_LINE = /^([0-9a-f]+)[^\r\n]*\r\n/i

/**
 * Reads accepted requests a second time, in the simplest way there is, and holds what the parser made of them to it: the
 * same lines, the same content, the same border to the next request. `text` is the whole input, one character per byte.
 * Throws {@link Broken}.
 */
export function checkAccepted(text: string, { requests, error, buffered }: Run): void {
  let at = 0
  for (const [index, request] of requests.entries()) {
    if (text.startsWith('\r\n', at)) at += 2
    const end = text.indexOf('\r\n\r\n', at)
    checkHead(text.slice(at, end), request)
    at = checkContent(text, end + 4, request)
    if (request.trailers === undefined) {
      if (index !== requests.length - 1) throw new Broken('a request comes behind one that is not complete')
      return
    }
  }
  if (error === undefined && buffered > text.length - at) throw new Broken('more is unread than is there')
}

function checkHead(text: string, { head }: Seen): void {
  const [first, ...lines] = text.split('\r\n')
  const [method, target, version, ...more] = (first as string).split(' ')
  expect(more.length === 0 && method === head.method && target === head.target, 'the request line is another')
  expect(/^HTTP\/1\.\d$/.test(version as string), 'the version is none')
  expect(head.minorVersion === (version === 'HTTP/1.0' ? 0 : 1), 'the version is another')
  expect(
    TOKEN.test(head.method) && !/[a-z]/.test(head.method) && head.method.length <= 20,
    'the method is none'
  )
  expect(/^[\x21-\x7e]+$/.test(head.target) && !head.target.includes('#'), 'the target is none')
  checkFields(lines, head.headers)
  checkFraming(head)
}

function checkFields(lines: readonly string[], fields: readonly string[]): void {
  let index = 0
  for (const line of lines) {
    const [, name = '', value = ''] = FIELD_LINE.exec(line) ?? []
    expect(TOKEN.test(name), 'the name of a field is none')
    expect(!CONTROL.test(value), 'a value has a control character')
    // Such a field is left out, see `headerMap`.
    if (name.includes('_')) continue
    expect(fields[index] === name && fields[index + 1] === value, 'a field is another')
    index += 2
  }
  expect(fields.length === index, 'there are more lines or fewer')
}

function checkFraming({ headers, minorVersion, framing, contentLength, host }: Seen['head']): void {
  const all = (name: string): string[] =>
    headers.filter((_, index) => index % 2 === 1 && (headers[index - 1] as string).toLowerCase() === name)
  const lengths = all('content-length')
  const codings = all('transfer-encoding')
  const hosts = all('host')
  expect(lengths.length + codings.length <= 1, 'there are two kinds of framing, or one twice')
  expect(
    codings.every((coding) => coding.toLowerCase() === 'chunked'),
    'a coding is unknown'
  )
  expect((framing === 'chunked') === (codings.length === 1), 'chunks come unannounced, or not')
  expect(codings.length === 0 || minorVersion === 1, 'chunks come on HTTP/1.0')
  expect(
    lengths.every((length) => /^\d+$/.test(length)),
    'a length is none'
  )
  expect(contentLength === Number(lengths[0] ?? 0), 'the length is another')
  expect((framing === 'length') === contentLength > 0, 'the length does not frame')
  expect(hosts.length <= 1 && (hosts.length === 1 || minorVersion === 0), 'there is no Host, or two')
  expect(!/[\s/@\\]/.test(host), 'the host is none')
}

/** Returns the offset behind the request. */
function checkContent(text: string, from: number, { head, body, trailers }: Seen): number {
  if (head.framing === 'chunked') return checkChunks(text, from, body, trailers)
  const content = text.slice(from, from + head.contentLength)
  expect(body === content, 'the content is another')
  expect((trailers !== undefined) === (content.length === head.contentLength), 'it ends early or late')
  expect(trailers === undefined || trailers.length === 0, 'there are trailers without chunks')
  return from + head.contentLength
}

function checkChunks(text: string, from: number, body: string, trailers: Seen['trailers']): number {
  let at = from
  let content = ''
  for (;;) {
    const [line, digits] = CHUNK_LINE.exec(text.slice(at)) ?? []
    if (line === undefined || digits === undefined) break
    at += line.length
    const size = Number.parseInt(digits, 16)
    if (size === 0 && trailers !== undefined) {
      expect(body === content, 'the chunks hold something else')
      return checkTrailers(text, at, trailers)
    }
    if (size === 0) break
    content += text.slice(at, at + size)
    at += size
    if (!text.startsWith('\r\n', at)) break
    at += 2
  }
  expect(trailers === undefined && content.startsWith(body), 'the chunks end early or hold something else')
  return at
}

function checkTrailers(text: string, at: number, trailers: readonly string[]): number {
  const end = text.indexOf('\r\n\r\n', at - 2)
  const section = text.slice(at, Math.max(at, end))
  checkFields(section === '' ? [] : section.split('\r\n'), trailers)
  return end + 4
}

function expect(holds: boolean, complaint: string): void {
  if (!holds) throw new Broken(complaint)
}
