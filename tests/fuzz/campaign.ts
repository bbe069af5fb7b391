import { readCorpus } from '../corpus/support/corpus.ts'
import { encode, encodeLines } from '../corpus/support/notation.ts'
import { replay } from '../corpus/support/replay.ts'
import { ConnectionFuzzer } from './connection-fuzzer.ts'
import { ParserFuzzer } from './parser-fuzzer.ts'

/** What a campaign came to. */
export interface Outcome {
  readonly executions: number
  /** Kinds of outcomes that the parser has shown. */
  readonly kinds?: number
  /** The first finding, as a case of the corpus to begin with; undefined when every rule held. */
  readonly finding: string | undefined
}

/** Puts mutations of the corpus to the parser until it has read `executions` inputs. */
export async function fuzzParser(executions: number, seed: number): Promise<Outcome> {
  const fuzzer = new ParserFuzzer(seeds(), seed)
  const { stackTraceLimit } = Error
  // Refusals are errors, and most inputs are refused: their stacks would take a third of the time.
  Error.stackTraceLimit = 0
  try {
    const finding = await fuzzer.runUntil(executions)
    const { executions: done, outcomes: kinds } = fuzzer
    if (finding === undefined) return { executions: done, kinds, finding }
    const { input, options, complaint } = finding
    return { executions: done, kinds, finding: caseOf(complaint, input, options) }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Plays `executions` connections, whose clients send mutations of the corpus. */
export async function fuzzConnections(executions: number, seed: number): Promise<Outcome> {
  const fuzzer = new ConnectionFuzzer(seeds(), seed)
  const finding = await fuzzer.runUntil(executions)
  if (finding === undefined) return { executions: fuzzer.executions, finding }
  const { input, complaint, actions } = finding
  return {
    executions: fuzzer.executions,
    finding: caseOf(`${complaint} (the client ${actions.join(', ')})`, input, {})
  }
}

function seeds(): Buffer[] {
  return readCorpus().map(({ bytes }) => Buffer.from(bytes, 'latin1'))
}

function caseOf(complaint: string, input: Buffer, parser: object): string {
  const options =
    Object.keys(parser).length === 0 ? [] : ['```options', JSON.stringify({ parser }), '```', '']
  const http = ['```http', encodeLines(input.toString('latin1')), '```', '']
  const events = ['```events', ...eventsOf(input, parser), '```', '']
  return [`## ${complaint}`, '', ...options, ...http, ...events].join('\n')
}

/** What the parser makes of it now, right or wrong. */
function eventsOf(input: Buffer, parser: object): string[] {
  try {
    return replay([input], parser).map(encode)
  } catch (error) {
    return [`it throws ${(error as Error).message}`]
  }
}
