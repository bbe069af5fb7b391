import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { HEADINGS, isDisturbed, majorOf, median, type Result, type Row, ratios, verdicts } from './results.ts'

/** How a run was made; one line for the reader. */
export interface Conditions {
  readonly rounds: number
  readonly seconds: number
  readonly load: string
  readonly pinning: string
}

/** A table of one scenario, and its bars. */
export function tableOf(result: Result): string {
  const more = Object.keys(result.rows[0]?.more ?? {})
  const headings = [
    'contender',
    HEADINGS[result.scenario.measures],
    'ratio (least to most)',
    'compared with',
    ...more
  ]
  const lines = result.rows.map((row) => {
    const columns = more.map((heading) => figure(median(row.more[heading] ?? [])))
    return [row.contender, figure(median(row.values)), ...ratioOf(row, result.rows), ...columns]
  })
  const table = [headings, headings.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  const bars = verdicts(result).map(({ bar, ratio, met }) => {
    const word = met === undefined ? '' : met ? '**met**, ' : '**not met**, '
    return `- ${word}${ratio.toFixed(2)}: ${bar}`
  })
  const warning = isDisturbed(result.rows) ? [DISTURBANCE, ''] : []
  return [...table, '', ...warning, ...bars, ...(bars.length > 0 ? [''] : [])].join('\n')
}

const DISTURBANCE =
  '**Other programs kept the core of the servers busy: these figures are rough. Measure again on a quiet machine.**'

export function describeMachine(): string {
  const [cpu] = cpus()
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${process.platform} ${release()}`
}

export function describeConditions(conditions: Conditions): string {
  const { load, pinning, rounds, seconds } = conditions
  return `${rounds} rounds of ${seconds} s, load from ${load}, ${pinning}`
}

const TITLE = `# Results

Written by \`node bench/run.ts --save\`, which replaces the sections that it has measured; [README.md](README.md) says how to
read them.
`

/** Puts the result in the file; sections of other scenarios and other versions of Node stay as they are. */
export function save(path: string, result: Result, conditions: Conditions, date: string): void {
  const sections = new Map<string, string>()
  for (const section of existsSync(path) ? readFileSync(path, 'utf8').split(/^## /m).slice(1) : []) {
    sections.set(section.slice(0, section.indexOf('\n')), `${section.trimEnd()}\n`)
  }
  const { name, title } = result.scenario
  const heading = `Node ${majorOf(result.nodeVersion)}: ${name}`
  const circumstances = `Node ${result.nodeVersion}, ${date}, ${describeMachine()}; ${describeConditions(conditions)}.`
  sections.set(heading, `${heading}\n\n${capital(title)}.\n\n${tableOf(result)}\n${circumstances}\n`)
  writeFileSync(path, [TITLE, ...[...sections.values()].map((section) => `## ${section}`)].join('\n'))
}

/** Every figure of every round. */
export function jsonOf(results: readonly Result[], conditions: Conditions, date: string): string {
  const figures = results.map((result) => ({ ...result, scenario: result.scenario.name }))
  return JSON.stringify({ date, machine: describeMachine(), conditions, figures }, null, 2)
}

function ratioOf(row: Row, rows: readonly Row[]): [string, string] {
  const baseline = rows.find(({ contender }) => contender === row.baseline)
  if (baseline === undefined) return ['', '']
  const values = ratios(row, baseline)
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2))
  return [`**${median(values).toFixed(2)}** (${least} to ${most})`, baseline.contender]
}

/** Three digits at least, and no more after the point than that takes. */
function figure(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
