import { Buffer } from 'node:buffer'
import { HttpParseError, type RequestHead, RequestParser } from '@pf/http-parser'

type Options = ConstructorParameters<typeof RequestParser>[0]

/** A rule that does not hold. */
export class Broken extends Error {}

/** One request as a parser gave it: complete when there are trailers. */
export interface Seen {
  readonly head: RequestHead
  body: string
  trailers: readonly string[] | undefined
}

/** All that became of one input. */
export interface Run {
  readonly requests: Seen[]
  readonly error: HttpParseError | undefined
  readonly buffered: number
  readonly atStart: boolean
}

/** Lets a parser read the pieces, one after the other. Throws {@link Broken}. */
export function run(pieces: readonly Uint8Array[], options: Options): Run {
  const reader = new Reader(options)
  for (const piece of pieces) reader.read(piece)
  return reader.end()
}

/** As {@link run}, with two parsers in turn. */
export function runTogether(
  pieces: readonly Uint8Array[],
  others: readonly Uint8Array[],
  options: Options
): [Run, Run] {
  const readers = [new Reader(options), new Reader(options)] as const
  for (let index = 0; index < Math.max(pieces.length, others.length); index++) {
    readers[0].read(pieces[index] ?? EMPTY)
    readers[1].read(others[index] ?? EMPTY)
  }
  return [readers[0].end(), readers[1].end()]
}

const EMPTY = Buffer.alloc(0)

class Reader {
  readonly #parser: RequestParser
  readonly #requests: Seen[] = []
  #error: HttpParseError | undefined

  constructor(options: Options) {
    this.#parser = new RequestParser(options)
  }

  read(piece: Uint8Array): void {
    if (this.#error !== undefined) return
    try {
      this.#parser.push(piece)
      drain(this.#parser, this.#requests, piece.length)
    } catch (error) {
      if (error instanceof Broken) throw error
      if (!(error instanceof HttpParseError)) throw new Broken(`it threw ${(error as Error).stack}`)
      this.#error = error
      failsForGood(this.#parser, error)
    }
  }

  end(): Run {
    const { buffered, atStart } = this.#parser
    return { requests: this.#requests, error: this.#error, buffered, atStart }
  }
}

function drain(parser: RequestParser, requests: Seen[], length: number): void {
  // Each request is three events at least of as many bytes; a piece cannot make many more.
  for (let left = 2 * length + 8; left > 0; left--) {
    const event = parser.next()
    if (event.type === 'need-more') return
    if (event.type === 'head') requests.push({ head: event, body: '', trailers: undefined })
    else {
      const current = requests[requests.length - 1]
      if (current === undefined || current.trailers !== undefined)
        throw new Broken(`${event.type} without a head`)
      if (event.type === 'end') current.trailers = event.trailers
      else if (event.bytes.length === 0) throw new Broken('a piece of content is empty')
      else
        current.body += Buffer.from(event.bytes.buffer, event.bytes.byteOffset, event.bytes.length).toString(
          'latin1'
        )
    }
  }
  throw new Broken('it goes on and on')
}

/** A parser that has refused something refuses everything, for the same reason. */
function failsForGood(parser: RequestParser, error: HttpParseError): void {
  parser.push(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
  try {
    parser.next()
  } catch (again) {
    if (again === error && !parser.atStart) return
  }
  throw new Broken('it goes on behind an error')
}

/** Throws {@link Broken} unless the two runs came to the same. */
export function expectSame(one: Run, other: Run, how: string): void {
  const same =
    one.error?.message === other.error?.message &&
    one.error?.code === other.error?.code &&
    one.requests.length === other.requests.length &&
    (one.error !== undefined || (one.buffered === other.buffered && one.atStart === other.atStart)) &&
    one.requests.every((request, index) => sameRequest(request, other.requests[index] as Seen))
  if (!same) throw new Broken(`${how} it comes to ${told(other)}, and whole to ${told(one)}`)
}

function sameRequest(one: Seen, other: Seen): boolean {
  return (
    one.body === other.body &&
    sameList(one.trailers ?? [], other.trailers ?? []) &&
    (one.trailers === undefined) === (other.trailers === undefined) &&
    sameList(one.head.headers, other.head.headers) &&
    isSameHead(one.head, other.head)
  )
}

function isSameHead(one: RequestHead, other: RequestHead): boolean {
  for (const key in one) {
    const name = key as keyof RequestHead
    if (name !== 'headers' && one[name] !== other[name]) return false
  }
  return true
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}

function told({ requests, error, buffered, atStart }: Run): string {
  return JSON.stringify({ requests, error: error?.message, buffered, atStart })
}
