import { chmodSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { PF, type PfProcess, startPf } from '../support/pf.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { upgrade } from './support/upgraded.ts'

const APP = 'export default (_request, response) => response.end(JSON.stringify(process.env))\n'

function pointTo(link: string, target: string): void {
  symlinkSync(target, `${link}.new`)
  renameSync(`${link}.new`, link)
}

/** A program that writes `word` to standard error before it goes on as `program`. */
function writeWrapper(cwd: string, name: string, word: string, program: string): void {
  writeFile(cwd, name, `#!/bin/sh\necho ${word} >&2\nexec '${program}' "$@"\n`)
  chmodSync(join(cwd, name), 0o755)
}

async function envOfApp(pf: PfProcess): Promise<Record<string, string>> {
  const { text } = await exchange({ port: pf.port })
  return JSON.parse(/\{.*\}/s.exec(text)?.[0] ?? '{}')
}

describe('USR2 starts what pf was started as', () => {
  it('a link to pf, which may lead to another pf by now', async () => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const other = `process.stderr.write('the other pf\\n')\nawait import(${JSON.stringify(PF)})\n`
    writeFile(cwd, 'other-pf.mjs', other)
    const link = join(cwd, 'pf')
    pointTo(link, PF)
    const pf = await startPf(['app.mjs'], { cwd, command: [process.execPath, link] })
    await pf.waitForReady(1)
    pointTo(link, 'other-pf.mjs')
    await upgrade(pf)
    await pf.waitForLog('the other pf')
  })

  it.each(['./node', 'node'])('a Node called as %s, which may be another Node by now', async (name) => {
    const cwd = temporaryDirectory({ 'app.mjs': APP })
    const link = join(cwd, 'node')
    pointTo(link, process.execPath)
    const env = { PATH: `${cwd}:${process.env['PATH']}` }
    // The shell looks it up, and tells Node the name that it was called by.
    const command = ['/bin/sh', '-c', `exec ${name} "$@"`, 'sh', PF] as const
    const pf = await startPf(['app.mjs'], { cwd, env, command })
    await pf.waitForReady(1)
    writeWrapper(cwd, 'other-node', 'the other Node', process.execPath)
    pointTo(link, 'other-node')
    await upgrade(pf)
    await pf.waitForLog('the other Node')
  })

  it('in the directory as it was named, which may lead to another release by now', async () => {
    const app = (name: string) => APP.replace('process.env', `{ release: '${name}', cwd: process.cwd() }`)
    const root = temporaryDirectory({ '41/app.mjs': app('41'), '42/app.mjs': app('42') })
    for (const release of ['41', '42']) symlinkSync(PF, join(root, release, 'pf'))
    const current = join(root, 'current')
    pointTo(current, '41')
    const command = [process.execPath, 'pf'] as const
    const pf = await startPf(['app.mjs'], { cwd: current, env: { PWD: current }, command })
    await pf.waitForReady(1)
    expect(await envOfApp(pf)).toEqual({ release: '41', cwd: `${root}/41` })
    pointTo(current, '42')
    const second = await upgrade(pf)
    expect(await envOfApp(pf)).toEqual({ release: '42', cwd: `${root}/42` })
    pointTo(current, '41')
    await upgrade(pf, second)
    expect(await envOfApp(pf)).toEqual({ release: '41', cwd: `${root}/41` })
  })

  it('in the environment of the start, without a trace of the upgrade', async () => {
    const cwd = temporaryDirectory({
      'app.mjs': APP,
      'pf.config.mjs': "export default { env: { A: 'set' } }\n"
    })
    const pf = await startPf(['app.mjs'], { cwd, env: { GIVEN: 'yes' } })
    await pf.waitForReady(1)
    const before = await envOfApp(pf)
    expect(before).toMatchObject({ GIVEN: 'yes', A: 'set' })
    writeFile(cwd, 'pf.config.mjs', 'export default {}\n')
    await upgrade(pf)
    const { A: _, ...others } = before
    expect(await envOfApp(pf)).toEqual(others)
  })
})
