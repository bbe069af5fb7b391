import { isDeepStrictEqual } from 'node:util'
import { field } from '../../support/raw-answer.ts'
import { type Answer, RawClient } from '../../support/raw-client.ts'
import type { Case } from './corpus.ts'
import { type Expectation, type ExpectedRequest, expectationOf } from './expectation.ts'

/** What the app of the fixtures answers. */
export interface ExpectedAnswer {
  readonly status: number
  /** The JSON of what it has seen of the request. */
  readonly seen?: unknown
  /** The content cannot be asked for, and may never come: the connection ends. */
  readonly closes?: boolean
}

/** A running pf, as far as the corpus needs to know it. */
export interface Served {
  readonly port: number
  /** Whether a connection carries more than one request. */
  readonly keepAlive: boolean
  answerTo(request: ExpectedRequest): ExpectedAnswer
}

/** How the bytes of a case are sent: in one piece, in pieces of one byte, or cut in two at an offset. */
export type Sending = 'whole' | 'byte by byte' | number

/** Sends a case on a connection of its own. Resolves with what was not as expected, '' when nothing was. */
export async function serve(one: Case, sending: Sending, server: Served): Promise<string> {
  const client = await RawClient.connect({ host: '127.0.0.1', port: server.port })
  try {
    const sent = send(client, one, sending)
    await check(client, expectationOf(one.events), server, sent)
    return ''
  } catch (error) {
    return `${one.title} (${sending}): ${(error as Error).message}`
  } finally {
    client.destroy()
  }
}

async function send(client: RawClient, { bytes }: Case, sending: Sending): Promise<void> {
  if (sending === 'whole') return client.send(bytes)
  if (sending === 'byte by byte') return client.sendInPieces(bytes, 1)
  await client.sendInPieces(bytes.slice(0, sending), sending)
  await client.send(bytes.slice(sending))
}

async function check(
  client: RawClient,
  expected: Expectation,
  server: Served,
  sent: Promise<void>
): Promise<void> {
  const [first] = expected.requests
  const requests = server.keepAlive || first === undefined ? expected.requests : [first]
  for (const [index, request] of requests.entries()) {
    const last = index === expected.requests.length - 1 && expected.closes
    await checkAnswer(await answer(client, request), request, server, last || !server.keepAlive)
  }
  const over = expected.closes || (!server.keepAlive && first !== undefined)
  if (!over && expected.refusal !== undefined) checkRefusal(await client.answer(), expected.refusal)
  else if (!over) {
    await sent
    client.halfClose()
  }
  const { how, bytes } = await client.closed()
  demand(how === 'end', `the connection was ${how}`)
  const rest = bytes.toString('latin1')
  // A request that was never complete may be told so, and must not be served.
  const fine = rest === '' || (expected.incomplete && rest.startsWith('HTTP/1.1 4'))
  demand(fine, `more came: ${JSON.stringify(rest)}`)
}

/** The next final answer. Interim ones may come before it to who has asked for them. */
async function answer(client: RawClient, request: ExpectedRequest): Promise<Answer> {
  for (;;) {
    const next = await client.answer(request.method)
    if (next.status >= 200) return next
    demand(next.status === 100 && request.expectsContinue, `an answer of ${next.status} came`)
  }
}

function checkAnswer(given: Answer, request: ExpectedRequest, server: Served, closes: boolean): void {
  const { status, seen, closes: cannotGoOn = false } = server.answerTo(request)
  demand(
    given.status === status,
    `${given.status} came for ${request.method} ${request.target}, not ${status}`
  )
  if (seen !== undefined && request.method !== 'HEAD') {
    const saw = given.body.toString()
    demand(isDeepStrictEqual(JSON.parse(saw), seen), `the app saw ${saw}, not ${JSON.stringify(seen)}`)
  }
  const connection = field(given, 'Connection')
  demand((connection === 'close') === (closes || cannotGoOn), `the answer says Connection: ${connection}`)
}

function checkRefusal(given: Answer, status: number): void {
  demand(given.status === status, `${given.status} came, not ${status}`)
  demand(field(given, 'Connection') === 'close', 'the refusal does not say that the connection closes')
  demand(/ GMT$/.test(field(given, 'Date') ?? ''), 'the refusal has no Date')
  // Nothing in it is of the client.
  demand(given.text === `${given.reason}\n`, `the refusal says ${given.text}`)
  const names = given.fields.map(([name]) => name.toLowerCase()).toSorted()
  const usual = ['connection', 'content-length', 'content-type', 'date']
  demand(isDeepStrictEqual(names, usual), `the refusal has the fields ${names}`)
}

function demand(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(complaint)
}
