/** An answer whose bytes break a rule, or that is not the one to the question. */
export class WrongAnswer extends Error {}

export interface WholeAnswer {
  readonly content: string
  /** The server ends the connection behind it. */
  readonly closes: boolean
}

/**
 * Reads one answer from the bytes of a connection: a head, then content of a length or in chunks. Knows what pf sends and
 * takes nothing else.
 */
export class AnswerReader {
  #text = ''

  /** Whether a byte of it has come. */
  get begun(): boolean {
    return this.#text !== ''
  }

  /** Takes bytes, as latin1. Returns the answer when it is whole; throws {@link WrongAnswer}. */
  push(text: string): WholeAnswer | undefined {
    this.#text += text
    const headEnd = this.#text.indexOf('\r\n\r\n')
    if (headEnd < 0) return undefined
    const head = this.#text.slice(0, headEnd + 2)
    if (!head.startsWith('HTTP/1.1 200 ')) throw new WrongAnswer(`not a 200: ${head.split('\r\n')[0]}`)
    const body = this.#text.slice(headEnd + 4)
    const length = /^content-length: (\d+)\r$/im.exec(head)?.[1]
    const content = length === undefined ? unchunked(body) : counted(body, Number(length))
    return content === undefined ? undefined : { content, closes: /^connection: close\r$/im.test(head) }
  }
}

function counted(body: string, length: number): string | undefined {
  if (body.length > length) throw new WrongAnswer(`${body.length - length} bytes too many`)
  return body.length === length ? body : undefined
}

function unchunked(body: string): string | undefined {
  let content = ''
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const line = body.slice(at, lineEnd)
    if (!/^[0-9a-f]+$/i.test(line)) throw new WrongAnswer(`no chunk size: ${JSON.stringify(line)}`)
    const size = Number.parseInt(line, 16)
    const end = lineEnd + 2 + size
    if (body.length < end + 2) return undefined
    if (body.slice(end, end + 2) !== '\r\n') throw new WrongAnswer('a chunk is longer than its size says')
    content += body.slice(lineEnd + 2, end)
    at = end + 2
    if (size > 0) continue
    if (at !== body.length) throw new WrongAnswer(`${body.length - at} bytes too many`)
    return content
  }
}
