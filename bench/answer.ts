/** One answer of a server, whole. */
export interface Answer {
  readonly status: number
  /** The status line and the fields. */
  readonly head: string
  readonly body: Buffer
}

/** Finds the answers in the bytes of a connection. Knows just enough HTTP/1.1 for the answers of the contenders. */
export class AnswerReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The answers that are whole with these bytes, in order. */
  push(bytes: Buffer): Answer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const answers: Answer[] = []
    for (let found = firstOf(this.#rest); found !== undefined; found = firstOf(this.#rest)) {
      answers.push(found.answer)
      this.#rest = this.#rest.subarray(found.end)
    }
    return answers
  }
}

/** The value of a field of an answer, undefined without one. */
export function fieldOf(head: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1]
}

function firstOf(bytes: Buffer): { answer: Answer; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const found = bodyAt(bytes, headEnd + 4, head)
  if (found === undefined) return undefined
  return { answer: { status: Number(head.slice(9, 12)), head, body: found.body }, end: found.end }
}

function bodyAt(bytes: Buffer, start: number, head: string): { body: Buffer; end: number } | undefined {
  const length = fieldOf(head, 'Content-Length')
  if (length !== undefined) {
    const end = start + Number(length)
    return end <= bytes.length ? { body: bytes.subarray(start, end), end } : undefined
  }
  if (fieldOf(head, 'Transfer-Encoding')?.toLowerCase() === 'chunked') return chunksAt(bytes, start)
  throw new Error(`an answer that does not say where it ends:\n${head}`)
}

function chunksAt(bytes: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const end = lineEnd + 2 + size + 2
    if (Number.isNaN(size)) throw new Error('a chunk without a size')
    if (end > bytes.length) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), end }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = end
  }
}
