/**
 * `node scripts/chaos.js [--class NAME] [--seed N] [--reloads N] [--upgrades N] [--kills N] [--broken N] ...`: has all this happen
 * to a pf under load, in an order that the seed decides, and checks that nothing is lost but what killed or stuck workers held.
 * Needs a built workspace, and Linux. Exits with 1 when something was not as it should be.
 */
import { parseArgs } from 'node:util'
import { runCampaign } from '../tests/chaos/support/campaign.ts'
import { DISTURBANCES } from '../tests/chaos/support/disturbances.ts'

const kinds = Object.keys(DISTURBANCES)
const options = { class: { type: 'string' }, seed: { type: 'string' }, verbose: { type: 'boolean' } }
for (const kind of kinds) options[kind] = { type: 'string' }

const { values } = parseArgs({ options })
const counts = Object.fromEntries(kinds.map((kind) => [kind, Number(values[kind] ?? 0)]))
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const workerClass = values.class ?? 'sync'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort())

console.log(`Class ${workerClass}, seed ${seed}`)
const { problems, timeline, figures } = await runCampaign({
  workerClass,
  seed,
  counts,
  settings: workerClass === 'gthread' ? { threads: 2, threadTimeout: 3 } : {},
  interrupt: interrupt.signal,
  progress: values.verbose ? console.log : undefined
})
for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`)
if (problems.length > 0) {
  console.log(
    `\n${problems.length} problems:\n${problems.join('\n')}\n\nWhat was done:\n${timeline.join('\n')}`
  )
  process.exitCode = 1
}
