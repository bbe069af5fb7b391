import { METHODS } from 'node:http'
import type { Verdict } from './ask.ts'

/** Where two servers part on one connection: the first answers that differ. Undefined: there is none. */
export interface Difference {
  readonly pf: Verdict | undefined
  readonly node: Verdict | undefined
  /** How many requests both answered alike before. */
  readonly before: number
  /** What pf's parser makes of the bytes, in the words of the corpus. */
  readonly events: readonly string[]
  /** The bytes, one character each. */
  readonly text: string
}

type Explains = (difference: Difference) => boolean

/** The kinds of differences, each with a row of the same name in docs/http-differences.md. The first that explains counts. */
export const DIFFERENCES: Readonly<Record<string, Explains>> = {
  connect: ({ text, node }) => node === undefined && text.includes('CONNECT '),
  'upgrade-offer': ({ text, node }) =>
    node === undefined && /^upgrade:/im.test(text) && /^connection:.*upgrade/im.test(text),
  'underscore-names': ({ pf, node }) =>
    pf?.status === 200 && node?.status === 200 && pf.seen === withoutUnderscores(node.seen),
  'refused-expectation': (one) => one.pf === undefined && refusalBefore(one) === 'UNSUPPORTED_EXPECTATION',
  'http-1.0-keep-alive': ({ node, before, events }) =>
    node === undefined && requestsOf(events)[before - 1]?.endsWith(' HTTP/1.0') === true,
  'incomplete-request': ({ pf, node, events }) =>
    pf === undefined && node?.status === 400 && events.includes('incomplete'),
  'unknown-method': onlyPfServes(({ before, events }) =>
    requestsOf(events)
      .slice(before)
      .some((request) => !METHODS.includes(request.split(' ')[0] as string))
  ),
  'minor-version': onlyPfServes(({ text }) => / HTTP\/1\.[2-9]\r\n/.test(text)),
  'white-space-behind-coding': onlyPfServes(({ text }) =>
    /^transfer-encoding:.*chunked[ \t]+\r$/im.test(text)
  ),
  'white-space-in-extensions': onlyPfServes(({ text }) =>
    /\r\n[0-9a-f]+([ \t]+;|;[^\r\n]*[ \t])/i.test(text)
  ),
  'bytes-behind-close': onlyPfServes(({ events }) => events.includes('closes')),
  'early-refusal': onlyPfServes(({ events }) => events.some((event) => /^(error|incomplete)/.test(event))),
  'exact-status': ({ pf, node }) =>
    node?.status === 400 && [413, 414, 417, 431, 501, 505].includes(pf?.status ?? 0),
  'several-faults': ({ pf, node }) => pf?.status === 400 && node?.status === 417,
  'host-syntax': onlyNodeServes('INVALID_HOST'),
  'repeated-field': onlyNodeServes('DUPLICATE_FIELD'),
  'target-form': onlyNodeServes('INVALID_TARGET'),
  'no-version': (one) =>
    /^[A-Z]+ \S+ ?[\r\n]/m.test(one.text) && onlyNodeServes('INVALID_REQUEST_LINE', 'INVALID_LINE_END')(one),
  'empty-lines': (one) =>
    EMPTY_LINES.test(one.text) &&
    one.node?.status !== 400 &&
    isRefused(one, 'INVALID_REQUEST_LINE', 'INVALID_LINE_END'),
  'request-line-white-space': onlyNodeServes('INVALID_REQUEST_LINE', 'INVALID_VERSION'),
  'major-version': onlyNodeServes('UNSUPPORTED_VERSION'),
  'coding-below-chunked': onlyNodeServes('UNSUPPORTED_TRANSFER_CODING'),
  'coding-on-http-1.0': (one) =>
    / HTTP\/1\.0\r\n/.test(one.text) && onlyNodeServes('INVALID_TRANSFER_ENCODING')(one),
  'empty-coding': onlyNodeServes('INVALID_TRANSFER_ENCODING'),
  expectation: onlyNodeServes('UNSUPPORTED_EXPECTATION'),
  limits: onlyNodeServes(
    'REQUEST_LINE_TOO_LONG',
    'FIELD_TOO_LONG',
    'TOO_MANY_FIELDS',
    'CHUNK_LINE_TOO_LONG',
    'TRAILERS_TOO_LARGE'
  ),
  'trailer-names': onlyNodeServes('FORBIDDEN_TRAILER'),
  'chunk-extension': onlyNodeServes('INVALID_CHUNK_EXTENSION'),
  'chunk-size-digits': onlyNodeServes('INVALID_CHUNK_SIZE')
}

/** Line ends of any kind, more than one or none that is CR LF, where a request line is due. */
const EMPTY_LINES = /(^|\r\n\r\n|[^\r\n])[\r\n]+(?=[A-Z]|$)/

/** The name of the kind; undefined when nothing explains the difference. */
export function kindOf(difference: Difference): string | undefined {
  return Object.keys(DIFFERENCES).find((id) => DIFFERENCES[id]?.(difference))
}

/** What the app would have seen without the fields that have an underscore in the name. */
function withoutUnderscores(seen: string): string {
  const { fields, trailers, ...rest } = JSON.parse(seen) as { fields: string[]; trailers: string[] }
  const kept = (list: string[]): string[] =>
    list.filter((_, index) => !(list[index - (index % 2)] as string).includes('_'))
  const { method, target, version, body } = rest as Record<string, unknown>
  return JSON.stringify({ method, target, version, fields: kept(fields), body, trailers: kept(trailers) })
}

function onlyPfServes(explains: Explains): Explains {
  return (one) => one.pf?.status === 200 && one.node?.status === 400 && explains(one)
}

function onlyNodeServes(...codes: string[]): Explains {
  return (one) => one.node?.status === 200 && isRefused(one, ...codes)
}

/** pf's answer is the refusal that its parser has for the bytes, with one of these codes. */
function isRefused({ pf, events }: Difference, ...codes: string[]): boolean {
  const [status, code] = refusalOf(events)
  return pf?.status === status && codes.includes(code)
}

/** The code of the refusal that was pf's last answer, when both servers gave it alike. */
function refusalBefore({ before, events }: Difference): string {
  const [, code] = refusalOf(events)
  return events.filter((event) => event === 'end').length < before ? code : ''
}

function refusalOf(events: readonly string[]): [status: number, code: string] {
  const [, status, code] = events.find((event) => event.startsWith('error '))?.split(' ') ?? []
  return [Number(status), code ?? '']
}

function requestsOf(events: readonly string[]): string[] {
  return events.filter((event) => event.startsWith('request ')).map((event) => event.slice('request '.length))
}
