import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { GET_ONCE, RawClient } from './support/client.ts'
import { hold } from './support/held.ts'

const hasSs = spawnSync('ss', ['-V']).status === 0

describe('--backlog', () => {
  it('is how many connections wait in the kernel, also after the gate has opened and shut', async () => {
    const path = join(temporaryDirectory(), 'pf.sock')
    const args = ['arbiter/app.mjs', '-b', `unix:${path}`, '--backlog', '2']
    await startPf(args, { ownBind: true })
    const first = await hold({ path })
    first.release()
    await first.answer
    const second = await hold({ path })
    // One busy worker that takes one connection at a time. Linux lets one more in than the number says, and refuses the
    // next on a UNIX socket at once, with EAGAIN.
    const waiting = Array.from({ length: 4 }, () => new RawClient({ path }, GET_ONCE))
    const refused = await Promise.race(waiting.map(({ answer }) => answer))
    expect(refused).toMatchObject({ outcome: 'refused', code: 'EAGAIN' })
    second.release()
    const outcomes = (await Promise.all(waiting.map(({ answer }) => answer))).map(({ outcome }) => outcome)
    expect(outcomes.toSorted()).toEqual(['answered', 'answered', 'answered', 'refused'])
  })

  it.skipIf(!hasSs)('is set on TCP sockets too (where `ss` is installed to tell)', async () => {
    const pf = await startPf(['arbiter/app.mjs', '--backlog', '123'])
    await pf.waitForReady(1)
    // Columns: state, connections waiting, and how many may.
    const row = execFileSync('ss', ['-ltnH', `sport = :${pf.port}`], { encoding: 'utf8' })
    expect(row.trim().split(/\s+/).slice(0, 3)).toEqual(['LISTEN', '0', '123'])
  })
})
