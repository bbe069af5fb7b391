import { Buffer } from 'node:buffer'
import { type ParserOptions, type ResolvedOptions, resolveOptions } from '@pf/http-parser'
import { Mutator } from './mutator.ts'
import { Broken, expectSame, type Run, run, runTogether } from './parser-run.ts'
import { Random } from './random.ts'
import { reduce } from './reduce.ts'
import { checkAccepted } from './reference.ts'
import { serialise } from './serialise.ts'

/** Limits that short inputs reach. */
const SMALL = {
  requestLine: 60,
  fields: 4,
  fieldSize: 40,
  headSize: 150,
  body: 50,
  chunkLine: 20,
  trailerSize: 60
}
const LENIENT = {
  headerMap: 'dangerous',
  permitObsoleteFolding: true,
  stripHeaderSpaces: true,
  permitUnconventionalHttpMethod: true,
  permitUnconventionalHttpVersion: true,
  casefoldHttpMethod: true
} as const

/** What the parsers are made with. All that have the same share what they can. */
const SETTINGS: readonly Setting[] = [{}, {}, SMALL, LENIENT, { ...SMALL, ...LENIENT }].map((options) => ({
  options,
  resolved: resolveOptions(options),
  strict: !('headerMap' in options)
}))

interface Setting {
  /** As given. */
  readonly options: Partial<ParserOptions>
  readonly resolved: ResolvedOptions
  /** Nothing is permitted that is not by default. */
  readonly strict: boolean
}

/** An input on which a rule does not hold. */
export interface Finding {
  readonly input: Buffer
  readonly options: Partial<ParserOptions>
  readonly complaint: string
}

/** Puts mutated requests to the parser and holds what comes of them to the rules. */
export class ParserFuzzer {
  readonly #random: Random
  readonly #mutator: Mutator
  readonly #known = new Set<string>()
  /** How often a parser has read an input. */
  executions = 0

  constructor(seeds: readonly Uint8Array[], seed: number) {
    this.#random = new Random(seed)
    this.#mutator = new Mutator(seeds, this.#random)
  }

  /** How many different outcomes there were. */
  get outcomes(): number {
    return this.#known.size
  }

  /** Goes on until `executions` are reached, or the first finding, made as small as it can be. */
  async runUntil(executions: number): Promise<Finding | undefined> {
    while (this.executions < executions) {
      const input = this.#mutator.next()
      const setting = this.#random.pick(SETTINGS)
      if (this.#try(input, setting) !== undefined) return await this.#reduce(input, setting)
    }
    return undefined
  }

  #try(input: Buffer, setting: Setting): string | undefined {
    try {
      this.#check(input, setting)
      return undefined
    } catch (error) {
      if (error instanceof Broken) return error.message
      throw error
    }
  }

  #check(input: Buffer, { resolved, strict }: Setting): void {
    const whole = this.#run([input], resolved)
    this.#remember(input, whole)
    const { requestLine, headSize } = resolved.options
    if (whole.error === undefined && whole.buffered > requestLine + headSize)
      throw new Broken(`${whole.buffered} bytes are kept`)
    if (this.#random.oneIn(4)) this.#checkBeside(input, whole, resolved)
    else expectSame(whole, this.#run(this.#cut(input), resolved), 'in pieces')
    if (this.#random.oneIn(16)) expectSame(whole, this.#run(singly(input), resolved), 'byte by byte')
    if (whole.requests.length === 0) return
    if (strict) checkAccepted(input.toString('latin1'), whole)
    this.#checkRoundTrip(whole, strict ? {} : LENIENT)
  }

  /** Two parsers that share their options read in turn, and do not get in each other's way. */
  #checkBeside(input: Buffer, whole: Run, resolved: ResolvedOptions): void {
    this.executions += 2
    const [one, other] = runTogether(this.#cut(input), this.#cut(input), resolved)
    expectSame(whole, one, 'beside another')
    expectSame(whole, other, 'beside another')
  }

  /** What was accepted is accepted again when it is sent in the plainest way. */
  #checkRoundTrip(whole: Run, options: Partial<ParserOptions>): void {
    const requests = whole.requests.filter(({ trailers }) => trailers !== undefined)
    if (requests.length === 0) return
    const again = this.#run([Buffer.from(requests.map(serialise).join(''), 'latin1')], options)
    expectSame({ requests, error: undefined, buffered: 0, atStart: true }, again, 'sent again')
  }

  #run(pieces: readonly Uint8Array[], options: Partial<ParserOptions> | ResolvedOptions): Run {
    this.executions += 1
    return run(pieces, options)
  }

  #cut(input: Buffer): Buffer[] {
    const offsets = Array.from({ length: 1 + this.#random.below(3) }, () =>
      this.#random.below(input.length + 1)
    )
    return [0, ...offsets.sort((a, b) => a - b)].map((from, index, all) =>
      input.subarray(from, all[index + 1])
    )
  }

  /** Keeps an input whose outcome is of a new kind. */
  #remember(input: Buffer, { requests, error, buffered, atStart }: Run): void {
    const kinds = requests.map(
      ({ head, trailers }) => `${head.framing[0]}${head.minorVersion}${trailers?.length}`
    )
    const outcome = `${kinds} ${error?.message} ${buffered > 0} ${atStart}`
    if (this.#known.has(outcome)) return
    this.#known.add(outcome)
    this.#mutator.keep(input)
  }

  async #reduce(found: Buffer, setting: Setting): Promise<Finding> {
    const input = await reduce(found, (less) => this.#tryOften(less, setting))
    const complaint = this.#tryOften(input, setting) ?? 'it happens now and then'
    return { input, options: setting.options, complaint }
  }

  /** As the cuts differ from time to time, one try may miss what another finds. */
  #tryOften(input: Buffer, setting: Setting): string | undefined {
    for (let count = 0; count < 40; count++) {
      const complaint = this.#try(input, setting)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }
}

function singly(input: Buffer): Buffer[] {
  return Array.from(input, (_, index) => input.subarray(index, index + 1))
}
