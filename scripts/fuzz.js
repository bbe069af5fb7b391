/**
 * `node scripts/fuzz.js [EXECUTIONS] [SEED]`: puts mutations of the corpus to the parser, and for every 200 of these plays one
 * connection. Needs a built workspace. What it finds it prints as a case for the corpus, and exits with 1.
 */
import { fuzzConnections, fuzzParser } from '../tests/fuzz/campaign.ts'

const PARSER_RUNS_PER_CONNECTION = 200

const executions = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32))
if (!(executions >= 1) || !Number.isInteger(seed)) {
  console.error('Usage: node scripts/fuzz.js [EXECUTIONS] [SEED]')
  process.exit(2)
}

/** Runs one campaign and says what it came to. */
async function campaign(name, work) {
  const before = { cpu: process.cpuUsage(), time: performance.now() }
  const { executions: done, kinds, finding } = await work()
  const seconds = (performance.now() - before.time) / 1000
  const { user, system } = process.cpuUsage(before.cpu)
  const perSecond = (time) => Math.round(done / time).toLocaleString('en')
  const outcomes = kinds === undefined ? '' : `, ${kinds} kinds of outcomes`
  console.log(
    `${name}: ${done.toLocaleString('en')} executions in ${seconds.toFixed(1)} s${outcomes}; ` +
      `${perSecond(seconds)} per second, ${perSecond((user + system) / 1e6)} per CPU-second`
  )
  if (finding === undefined) return
  console.log(`\n${finding}`)
  process.exitCode = 1
}

console.log(`Seed ${seed}`)
await campaign('parser', () => fuzzParser(executions, seed))
await campaign('connections', () => fuzzConnections(Math.ceil(executions / PARSER_RUNS_PER_CONNECTION), seed))
