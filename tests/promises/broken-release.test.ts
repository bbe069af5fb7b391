import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { StrictLoad } from '../chaos/support/strict-load.ts'
import { FIXTURES, isAlive, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'

const APP = readFileSync(join(FIXTURES, 'chaos/app.mjs'), 'utf8')
const CONFIG = 'export default { workers: 2, reloadProbation: 0.5 }\n'
const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const FAILED = /\[ERROR\] Reload failed/
const DRAINED = /Worker \(pid:\d+\) has drained/

interface Subject {
  readonly pf: PfProcess
  readonly cwd: string
  readonly load: StrictLoad
}

/** A pf of two workers under load, in a directory whose files can be changed under it. */
async function startUnderLoad(args: readonly string[]): Promise<Subject> {
  const cwd = temporaryDirectory({ 'app.mjs': APP, 'pf.config.mjs': CONFIG })
  symlinkSync(MODULES, join(cwd, 'node_modules'))
  const pf = await startPf(['app.mjs', ...args], { cwd })
  await pf.waitForReady(2)
  const load = new StrictLoad({ to: [{ port: pf.port }] })
  onTestFinished(() => load.destroy())
  await load.answersFrom(pf.booted)
  return { pf, cwd, load }
}

/** Puts the good release back, and expects a reload to take it. */
async function mend({ pf, cwd, load }: Subject): Promise<void> {
  writeFile(cwd, 'app.mjs', APP)
  writeFile(cwd, 'pf.config.mjs', CONFIG)
  pf.signal('SIGHUP')
  await pf.waitForLog('has taken over')
  await load.answersFrom(pf.booted.slice(-2))
}

/** Releases that cannot serve, each for a reason of its own: what is broken, the file, its text, and what the log says. */
const RELEASES: readonly (readonly [string, string, string, string | RegExp])[] = [
  ['config that does not parse', 'pf.config.mjs', 'export default {', 'pf.config.mjs: '],
  ['config that throws', 'pf.config.mjs', "throw new Error('no secrets')", 'pf.config.mjs: no secrets'],
  [
    'config with a bad value',
    'pf.config.mjs',
    'export default { workers: -1 }',
    'pf.config.mjs: workers: -1 is not a whole number'
  ],
  ['app that does not parse', 'app.mjs', 'export default {', 'SyntaxError'],
  ['app that throws', 'app.mjs', "throw new Error('no database')", 'Error: no database'],
  ['app that ends its process', 'app.mjs', 'process.exit(7)', /(?:exited|ended) with code 7/]
]

describe.each(CLASSES)('a release that cannot serve changes nothing, class %s', (...args) => {
  it('and the log says why', async () => {
    const subject = await startUnderLoad(['-k', ...args])
    const { pf, cwd, load } = subject
    const before = pf.booted
    for (const [index, [, file, text, why]] of RELEASES.entries()) {
      writeFile(cwd, 'app.mjs', APP)
      writeFile(cwd, 'pf.config.mjs', CONFIG)
      writeFile(cwd, file, text)
      pf.signal('SIGHUP')
      await pf.waitForCount(FAILED, index + 1)
      await pf.waitForLog(why)
      expect(before.map(isAlive)).toEqual([true, true])
    }
    await mend(subject)
    await load.stop()
    expect(load.losses).toEqual([])
    // One block for each failure, and no other complaint.
    const complaints = pf.lines.filter(
      ({ level, message }) => level !== 'INFO' && !message.startsWith('Worker (')
    )
    expect(complaints.map(({ message }) => message.slice(0, 13))).toEqual(RELEASES.map(() => 'Reload failed'))
  })
})

describe('a release that dies within the probation', () => {
  it('costs no worker of the one before, and as a mended one is taken', async () => {
    const subject = await startUnderLoad(['-k', 'async'])
    const { pf, cwd } = subject
    const before = pf.booted
    writeFile(cwd, 'app.mjs', 'setTimeout(() => process.exit(1), 50)\nexport default () => {}\n')
    pf.signal('SIGHUP')
    await pf.waitForLog(FAILED)
    expect(before.map(isAlive)).toEqual([true, true])
    expect(pf.log).not.toMatch(DRAINED)
    await mend(subject)
  })
})
