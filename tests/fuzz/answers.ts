import { type AnswerHead, parseChunkLine, parseHead } from '../support/raw-answer.ts'
import { Broken } from './parser-run.ts'

/** An answer that a client has read. */
export interface ReadAnswer {
  readonly head: AnswerHead
  readonly content: string
  /** False when the bytes end before it does. */
  readonly complete: boolean
}

/**
 * Reads all that a client was sent, strictly. `methodOf` says what a final answer is the answer to, as that to HEAD has no
 * content; `index` counts final answers. `closed`: no more comes, which ends content that nothing else delimits. Throws {@link Broken}.
 */
export function readAnswers(
  text: string,
  methodOf: (head: AnswerHead, index: number) => string | undefined,
  closed: boolean
): ReadAnswer[] {
  const answers: ReadAnswer[] = []
  let at = 0
  let finals = 0
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end === -1) break
    const head = readHead(text.slice(at, end + 4))
    const method = head.status < 200 ? 'GET' : methodOf(head, finals)
    const { content, next } = readContent(text, end + 4, method === 'HEAD' ? 'none' : head.framing, closed)
    answers.push({ head, content, complete: next !== -1 })
    if (head.status >= 200) finals += 1
    at = next === -1 ? text.length : next
  }
  return answers
}

function readHead(text: string): AnswerHead {
  try {
    return parseHead(text)
  } catch (error) {
    throw new Broken(`an answer is malformed: ${(error as Error).message}`)
  }
}

/** `next` is the offset behind the content, -1 when it is cut off. */
function readContent(
  text: string,
  from: number,
  framing: AnswerHead['framing'],
  closed: boolean
): { content: string; next: number } {
  if (framing === 'none') return { content: '', next: from }
  if (framing === 'close') return { content: text.slice(from), next: closed ? text.length : -1 }
  if (framing === 'chunked') return readChunks(text, from)
  const content = text.slice(from, from + framing)
  return { content, next: content.length === framing ? from + framing : -1 }
}

function readChunks(text: string, from: number): { content: string; next: number } {
  let at = from
  let content = ''
  for (;;) {
    const end = text.indexOf('\r\n', at)
    if (end === -1) return { content, next: -1 }
    const size = chunkSize(text.slice(at, end + 2))
    at = end + 2
    if (size === 0) return { content, next: readTrailers(text, at) }
    content += text.slice(at, at + size)
    at += size
    if (at + 2 > text.length) return { content, next: -1 }
    if (!text.startsWith('\r\n', at)) throw new Broken('an answer has a chunk of another size than it says')
    at += 2
  }
}

function chunkSize(line: string): number {
  try {
    return parseChunkLine(line)
  } catch (error) {
    throw new Broken(`an answer is malformed: ${(error as Error).message}`)
  }
}

function readTrailers(text: string, from: number): number {
  if (text.startsWith('\r\n', from)) return from + 2
  const end = text.indexOf('\r\n\r\n', from)
  return end === -1 ? -1 : end + 4
}
