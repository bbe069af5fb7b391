import type { HttpExchange } from '../../packages/core/src/http/http-exchange.ts'
import { field } from '../support/raw-answer.ts'
import { readAnswers } from './answers.ts'
import { type FuzzHost, PROXIED } from './fuzz-host.ts'
import { Broken, run } from './parser-run.ts'

/** What holds for every connection that has come to its end. Throws {@link Broken}. */
export function checkConnection(host: FuzzHost): void {
  checkEnd(host)
  checkRequests(host)
  checkTunnel(host)
  checkAnswers(host)
}

function checkEnd({ told, open, exchanges, tunnelled }: FuzzHost): void {
  const count = (what: string): number => told.filter((line) => line.split(' ')[0] === what).length
  expect(count('closed') === 1, `it was closed ${count('closed')} times: ${told}`)
  expect(count('released') === 1, `it was released ${count('released')} times: ${told}`)
  // What an app makes of a rejected read may be told when the socket has closed; nothing else happens then.
  const late = told.slice(told.indexOf('closed') + 1).filter((line) => !/^(bad|failed) /.test(line))
  expect(late.length === 0, `something came behind the end: ${told}`)
  const taken = exchanges.length + (tunnelled === undefined ? 0 : 1)
  expect(count('finished') === taken, `${taken} exchanges, and ${told}`)
  expect(open === 0, `${open} apps wait for something`)
}

/** The app gets what a parser alone gets of the same bytes, as far as it goes. */
function checkRequests({ exchanges, contents, sent, prefix, socket }: FuzzHost): void {
  const { requests } = run([Buffer.from(sent, 'latin1')], {})
  const seen = exchanges.map(({ request }) => `${request.method} ${request.target} ${request.headers}`)
  const there = requests.map(({ head }) => `${head.method} ${head.target} ${head.headers}`)
  expect(
    seen.every((request, index) => request === there[index]),
    `the app got ${seen}, and there is ${there}`
  )
  const client = prefix === '' ? socket.remoteAddress : PROXIED
  expect(
    exchanges.every(({ request }) => request.peer.address === client),
    'the app got another client'
  )
  for (const [index, content] of contents)
    expect(content === requests[index]?.body, 'the app read something else')
}

/** Who takes a connection over gets every byte behind the request that offers it, and no other. */
function checkTunnel({ tunnelled, sent, exchanges, socket }: FuzzHost): void {
  if (tunnelled === undefined) return
  // What was on its way when the client reset the connection is lost.
  const whole = socket.errored === null && socket.readableEnded
  expect(whole ? sent.endsWith(tunnelled) : sent.includes(tunnelled), 'the app got bytes that were not sent')
  if (!whole) return
  const { requests, buffered, atStart } = run(
    [Buffer.from(sent.slice(0, sent.length - tunnelled.length), 'latin1')],
    {}
  )
  const last = requests.at(-1)
  const exact = requests.length === exchanges.length + 1 && buffered === 0 && atStart
  expect(exact && last?.head.upgrade === true, 'the app got more bytes or fewer than come behind the request')
}

function checkAnswers({ socket, exchanges }: FuzzHost): void {
  const methodOf = (_head: unknown, index: number): string | undefined => exchanges[index]?.request.method
  const answers = readAnswers(socket.taken, methodOf, socket.hasEnded)
  const finals = answers.filter(({ head }) => head.status >= 200)
  expect(finals.length <= exchanges.length + 1, `${finals.length} answers to ${exchanges.length} requests`)
  for (const [index, { head, complete }] of answers.entries()) {
    const last = index === answers.length - 1
    expect(
      complete || (last && !socket.hasEnded),
      `the connection ends in order in the middle of ${head.status}`
    )
    expect(last || field(head, 'Connection') !== 'close', 'an answer comes behind the last')
    expect(head.status < 200 || field(head, 'Date') !== undefined, `an answer of ${head.status} has no Date`)
  }
  for (const [index, { head }] of finals.entries()) {
    const before = answers[answers.findIndex((answer) => answer.head === head) - 1]?.head.status
    const answered = before === 100 || field(head, 'Connection') === 'close'
    const request = exchanges[index]?.request
    expect(
      answered || request === undefined || !waits(request),
      'a client that waits for 100 gets neither it nor a close'
    )
  }
  const wellFormed = answers.length > 0 || socket.taken === '' || !socket.hasEnded
  expect(wellFormed, `what the client got is no answer: ${JSON.stringify(socket.taken.slice(0, 200))}`)
}

function waits({ headers, hasBody, minorVersion }: HttpExchange['request']): boolean {
  return (
    hasBody && minorVersion === 1 && headers.some((text, index) => index % 2 === 0 && /^expect$/i.test(text))
  )
}

function expect(holds: boolean, complaint: string): void {
  if (!holds) throw new Broken(complaint)
}
