import { Buffer } from 'node:buffer'
import { HttpParseError, type ParserEvent, type RequestHead, RequestParser } from '@pf/http-parser'

type ParserOptions = ConstructorParameters<typeof RequestParser>[0]

/**
 * What a parser makes of the pieces, in the words of the corpus. As a connection does, it reads nothing behind a request
 * whose client does not want the connection to go on.
 */
export function replay(pieces: Iterable<Uint8Array>, options?: ParserOptions): string[] {
  const parser = new RequestParser(options)
  const story = new Story()
  try {
    for (const piece of pieces) {
      parser.push(piece)
      for (let event = parser.next(); event.type !== 'need-more'; event = parser.next()) {
        story.add(event)
        if (story.over) return story.lines
      }
    }
  } catch (error) {
    if (!(error instanceof HttpParseError)) throw error
    return story.refused(error)
  }
  return parser.atStart ? story.lines : story.cut()
}

/** Events as lines of the corpus. */
class Story {
  readonly lines: string[] = []
  #closes = false
  #body: string[] = []
  /** The last request of the connection is complete. */
  over = false

  add(event: ParserEvent): void {
    if (event.type === 'head') this.#head(event)
    else if (event.type === 'data') this.#body.push(Buffer.from(event.bytes).toString('latin1'))
    else if (event.type === 'end') {
      this.#tellBody()
      this.#pairs('trailer', event.trailers)
      this.lines.push('end')
      this.over = this.#closes
    }
  }

  refused(error: HttpParseError): string[] {
    this.#tellBody()
    return [...this.lines, `error ${error.status} ${error.code}`]
  }

  /** No more bytes come, and the last request is not complete. */
  cut(): string[] {
    this.#tellBody()
    return [...this.lines, 'incomplete']
  }

  #head(head: RequestHead): void {
    const { lines } = this
    lines.push(`request ${head.method} ${head.target} HTTP/1.${head.minorVersion}`)
    this.#pairs('field', head.headers)
    lines.push(line('host', head.host))
    if (head.framing === 'length') lines.push(`content length ${head.contentLength}`)
    if (head.framing === 'chunked') lines.push('content chunked')
    if (head.expectContinue) lines.push('expects 100-continue')
    if (head.upgrade) lines.push('upgrade')
    this.#closes = !head.keepAlive
    if (this.#closes) lines.push('closes')
  }

  #tellBody(): void {
    if (this.#body.length > 0) this.lines.push(line('body', this.#body.join('')))
    this.#body = []
  }

  #pairs(kind: string, list: readonly string[]): void {
    for (let i = 0; i < list.length; i += 2)
      this.lines.push(line(`${kind} ${list[i]}:`, list[i + 1] as string))
  }
}

function line(kind: string, text: string): string {
  return text === '' ? kind : `${kind} ${text}`
}
