/** A request that a case expects, and what the lines of the corpus say of it. */
export interface ExpectedRequest {
  readonly method: string
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly version: string
  readonly host: string
  /** Name, value, name, value... */
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  readonly expectsContinue: boolean
}

/** What a server has to do with a case. */
export interface Expectation {
  /** Those that are complete, in order. */
  readonly requests: readonly ExpectedRequest[]
  /** The status of the refusal that comes last. */
  readonly refusal: number | undefined
  /** The bytes end in the middle of a request. */
  readonly incomplete: boolean
  /** The client does not want the connection to go on. */
  readonly closes: boolean
}

type Draft = { -readonly [Key in keyof ExpectedRequest]: ExpectedRequest[Key] }

/** Makes an expectation of the events of a case. */
export function expectationOf(events: readonly string[]): Expectation {
  const requests: ExpectedRequest[] = []
  let refusal: number | undefined
  let draft: Draft | undefined
  for (const event of events) {
    const [, kind = '', rest = ''] = /^(\S+) ?(.*)$/s.exec(event) ?? []
    if (kind === 'request') draft = begin(rest)
    else if (kind === 'error') refusal = Number.parseInt(rest, 10)
    else if (kind === 'end' && draft !== undefined) requests.push(draft)
    else if (draft !== undefined) note(draft, kind, rest)
  }
  return { requests, refusal, incomplete: events.includes('incomplete'), closes: events.includes('closes') }
}

function begin(line: string): Draft {
  const [method = '', target = '', version = ''] = line.split(' ')
  return {
    method,
    target,
    version: version.slice('HTTP/'.length),
    host: '',
    fields: [],
    body: '',
    trailers: [],
    expectsContinue: false
  }
}

function note(draft: Draft, kind: string, rest: string): void {
  if (kind === 'host') draft.host = rest
  else if (kind === 'body') draft.body = rest
  else if (kind === 'field') draft.fields = [...draft.fields, ...pair(rest)]
  else if (kind === 'trailer') draft.trailers = [...draft.trailers, ...pair(rest)]
  else if (kind === 'expects') draft.expectsContinue = true
}

function pair(line: string): [string, string] {
  const colon = line.indexOf(':', 1)
  return [line.slice(0, colon), line.slice(colon + 2)]
}
