import type { Bar } from './contenders.ts'
import type { Scenario } from './scenarios.ts'

/** What was measured of one contender, a value per round. */
export interface Row {
  readonly contender: string
  readonly baseline: string | undefined
  /** What its scenario measures: requests per CPU-second, or bytes per idle connection. */
  readonly values: number[]
  /** Further columns, by their heading. */
  readonly more: Record<string, number[]>
}

export interface Result {
  readonly scenario: Scenario
  /** As in `process.version`. */
  readonly nodeVersion: string
  readonly rows: readonly Row[]
}

export interface Verdict {
  readonly bar: string
  readonly ratio: number
  /** Undefined for an aim without a bar. */
  readonly met: boolean | undefined
}

export const HEADINGS: Readonly<Record<Scenario['measures'], string>> = {
  load: 'requests per CPU-second',
  memory: 'bytes (RSS) per idle connection'
}

/** The heading of how much of the time other programs kept the servers' core busy. */
export const OTHERS = 'others on the core, %'

/** Above this many per cent, the figures say little about the contenders. */
const DISTURBED = 10

/** Whether other programs kept the servers' core so busy that the figures should be measured again. */
export function isDisturbed(rows: readonly Row[]): boolean {
  return median(rows.flatMap(({ more }) => more[OTHERS] ?? [])) > DISTURBED
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}

/** The ratio of two contenders in each round, so that what else the machine did in a round falls on both. */
export function ratios(row: Row, to: Row): number[] {
  return row.values.map((value, round) => value / (to.values[round] as number))
}

/** The bars of the scenario whose contenders were measured. */
export function verdicts({ scenario, nodeVersion, rows }: Result): Verdict[] {
  return scenario.bars.flatMap((bar) => {
    const row = rows.find(({ contender }) => contender === bar.contender)
    const to = rows.find(({ contender }) => contender === bar.to)
    return row === undefined || to === undefined
      ? []
      : [verdict(bar, median(ratios(row, to)), majorOf(nodeVersion))]
  })
}

export function majorOf(nodeVersion: string): number {
  return Number.parseInt(nodeVersion.slice(1), 10)
}

function verdict(bar: Bar, ratio: number, node: number): Verdict {
  const least = bar.atLeast?.(node)
  const wanted = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(bar.atMost === undefined ? [] : [`at most ${bar.atMost}`]),
    ...(bar.aim === undefined ? [] : [`aim ${bar.aim}`])
  ]
  const required = least !== undefined || bar.atMost !== undefined
  const met = ratio >= (least ?? 0) && ratio <= (bar.atMost ?? Number.POSITIVE_INFINITY)
  return {
    bar: `${bar.contender} / ${bar.to}: ${wanted.join(', ')}`,
    ratio,
    met: required ? met : undefined
  }
}
