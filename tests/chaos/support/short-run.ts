import { expect } from 'vitest'
import { runCampaign } from './campaign.ts'

/** A little of everything. A failure prints the seed, and what was done when. */
export async function expectToSurvive(workerClass: string, settings: Readonly<Record<string, unknown>> = {}) {
  const { PF_CHAOS_SEED: given } = process.env
  const seed = Number(given ?? Math.floor(Math.random() * 2 ** 31))
  const counts = {
    reloads: 2,
    broken: 1,
    kills: 2,
    scales: 1,
    recycles: 1,
    pauses: 1,
    storms: 1,
    hangs: 1,
    grows: 1,
    disks: 1,
    rests: 1,
    upgrades: 1
  }
  const { problems, timeline } = await runCampaign({ workerClass, seed, counts, settings })
  expect(problems, `seed ${seed}:\n${timeline.join('\n')}`).toEqual([])
}
