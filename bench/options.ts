import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type Scenario, scenarios } from './scenarios.ts'

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly rounds: number
  readonly seconds: number
  readonly nodes: readonly NodeBinary[]
  readonly json: string | undefined
  readonly save: boolean
}

export interface NodeBinary {
  readonly path: string
  /** As in `process.version`. */
  readonly version: string
}

export const HELP = `node bench/run.ts [OPTIONS]

Measures pf and others, in turn within each round. Options that take a NAME or PATH may be given several times.

  --scenario NAME   only this scenario: hello, browser, post, pipelined, stream, frameworks, idle or memory
  --contender NAME  only the contenders with NAME in their name, and what they are compared with
  --rounds N        how many times each is measured (3)
  --seconds N       for how long each time, in whole seconds (1)
  --idle N          how many idle connections where there are such (10000)
  --node PATH       run the servers with this Node; with several, everything once with each (this one)
  --json FILE       write every figure of every round to FILE
  --save            put the tables into bench/RESULTS.md, each as soon as it is there
  --help            print this
`

/** Undefined when help is asked for. Throws on what it does not know. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', multiple: true },
      contender: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '1' },
      idle: { type: 'string', default: '10000' },
      node: { type: 'string', multiple: true, default: [process.execPath] },
      json: { type: 'string' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return undefined
  if (values.save && values.contender !== undefined) {
    throw new Error('--save keeps whole tables: leave --contender out')
  }
  const all = scenarios(wholeNumber('idle', values.idle))
  return {
    scenarios: withContenders(withNames(all, values.scenario), values.contender),
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    nodes: values.node.map(nodeBinary),
    json: values.json,
    save: values.save
  }
}

function withNames(all: readonly Scenario[], names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return all
  const known = all.map(({ name }) => name)
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`--scenario ${name} is none of: ${known.join(', ')}`)
  }
  return all.filter(({ name }) => names.includes(name))
}

function withContenders(all: readonly Scenario[], names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return all
  const chosen = all.map((scenario) => {
    const wanted = scenario.contenders.filter(({ name }) => names.some((part) => contains(name, part)))
    const baselines = wanted.map(({ baseline }) => baseline)
    const contenders = scenario.contenders.filter(
      (one) => wanted.includes(one) || baselines.includes(one.name)
    )
    return { ...scenario, contenders }
  })
  for (const part of names) {
    if (!chosen.some(({ contenders }) => contenders.some(({ name }) => contains(name, part)))) {
      throw new Error(`--contender ${part} is in no name of: ${contenderNames(all).join('; ')}`)
    }
  }
  return chosen.filter(({ contenders }) => contenders.length > 0)
}

function contenderNames(all: readonly Scenario[]): string[] {
  return [...new Set(all.flatMap(({ contenders }) => contenders.map(({ name }) => name)))]
}

function contains(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase())
}

/** The program itself even when PATH is a shim that starts it, since a signal would end only the shim. */
function nodeBinary(path: string): NodeBinary {
  const script = 'console.log(JSON.stringify({ path: process.execPath, version: process.version }))'
  return JSON.parse(execFileSync(path, ['-e', script], { encoding: 'utf8' }))
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} ${text} is not a whole number from 1 up`)
  return value
}
