/** The bytes of an answer are not what RFC 9112 allows. */
export class StrictError extends Error {}

/** How the content behind a head is delimited: a number is the length. */
export type Framing = 'none' | 'chunked' | 'close' | number

export interface AnswerHead {
  readonly status: number
  readonly reason: string
  /** Name, value: names as sent. */
  readonly fields: readonly (readonly [string, string])[]
  /** As far as the head tells; HEAD has no content whatever it says. */
  readonly framing: Framing
}

/** The value of a field that is there once; undefined when it is not there. */
export function field(head: AnswerHead, name: string): string | undefined {
  const values = head.fields.filter(([other]) => other.toLowerCase() === name.toLowerCase())
  if (values.length > 1) throw new StrictError(`${name} is there ${values.length} times`)
  return values[0]?.[1]
}

/** Parses a head, from the status line to the empty line. */
export function parseHead(text: string): AnswerHead {
  const lines = text.slice(0, -'\r\n\r\n'.length).split('\r\n')
  const [statusLine = '', ...fieldLines] = lines
  const match = /^HTTP\/1\.1 ([1-9]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/.exec(statusLine)
  if (match === null) throw new StrictError(`no status line: ${JSON.stringify(statusLine)}`)
  const [, status = '', reason = ''] = match
  const head = {
    status: Number(status),
    reason,
    fields: fieldLines.map(parseField),
    framing: 'none' as const
  }
  return { ...head, framing: framingOf(head) }
}

/** The size that a chunk-size line (with its CRLF) says. */
export function parseChunkLine(line: string): number {
  if (!/^[0-9a-f]{1,8}\r\n$/i.test(line)) throw new StrictError(`no chunk-size line: ${JSON.stringify(line)}`)
  return Number.parseInt(line, 16)
}

/** The name and the value of a field line. */
export function parseField(line: string): [string, string] {
  const match = /^([!#$%&'*+.^`|~\w-]+): ?([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/.exec(line)
  if (match === null) throw new StrictError(`no field line: ${JSON.stringify(line)}`)
  return [match[1] ?? '', match[2] ?? '']
}

function framingOf(head: AnswerHead): Framing {
  const length = field(head, 'Content-Length')
  const coding = field(head, 'Transfer-Encoding')
  const { status } = head
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new StrictError(`Content-Length is ${length}`)
  if (coding !== undefined && coding !== 'chunked') throw new StrictError(`Transfer-Encoding is ${coding}`)
  if (length !== undefined && coding !== undefined) throw new StrictError('two kinds of framing')
  if (status < 200 || status === 204) {
    if (length !== undefined || coding !== undefined)
      throw new StrictError(`${status} says how its content is framed`)
    return 'none'
  }
  if (status === 304) return 'none'
  if (coding !== undefined) return 'chunked'
  return length === undefined ? 'close' : Number(length)
}
