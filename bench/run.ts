/** `node bench/run.ts [OPTIONS]`, `pnpm bench`: measures pf beside others; README.md says how. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Children } from './children.ts'
import { requireOpenFiles } from './idle.ts'
import { chooseLoad } from './load.ts'
import { measure } from './measure.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { choosePinning } from './pinning.ts'
import { describeConditions, describeMachine, jsonOf, save, tableOf } from './report.ts'
import type { Result } from './results.ts'

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url))

async function run(options: Options, children: Children): Promise<void> {
  if (process.platform !== 'linux') throw new Error('CPU time is read from /proc, which only Linux has')
  requireOpenFiles(
    Math.max(...options.scenarios.flatMap(({ contenders }) => contenders.map(({ idle }) => idle)))
  )
  const { rounds, seconds } = options
  const pinning = choosePinning()
  const load = chooseLoad(children, pinning)
  const conditions = { rounds, seconds, load: load.name, pinning: pinning.note }
  console.log(`${describeMachine()}\n${describeConditions(conditions)}`)
  const date = new Date().toISOString()
  const results: Result[] = []
  for (const node of options.nodes) {
    for (const scenario of options.scenarios) {
      console.log(`\nNode ${node.version}, ${scenario.name}: ${scenario.title}\n`)
      const rows = await measure({ children, pinning, load, node: node.path, rounds, seconds }, scenario)
      const result = { scenario, nodeVersion: node.version, rows }
      console.log(tableOf(result))
      results.push(result)
      // After each, so that a run that is stopped leaves what it has measured.
      if (options.save) save(RESULTS, result, conditions, date.slice(0, 10))
      if (options.json !== undefined) writeFileSync(options.json, jsonOf(results, conditions, date))
    }
  }
}

/** Rejects when a signal, or a mistake in this program, ends the run. */
function stopped(): Promise<never> {
  return new Promise((_resolve, reject) => {
    process.on('uncaughtException', reject)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new Error(`stopped by ${signal}`)))
    }
  })
}

const children = new Children()
try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(HELP)
  else await Promise.race([run(options, children), stopped()])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await children.close()
}
