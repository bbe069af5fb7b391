import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Whether the linter forbids `import ... from specifier` in a file of `folder`. */
function isForbidden(folder: string, specifier: string): boolean {
  const file = `${ROOT}/packages/${folder}/lint-probe-${process.pid}.ts`
  writeFileSync(file, `import { probe } from '${specifier}'\n\nprobe()\n`)
  onTestFinished(() => rmSync(file, { force: true }))
  const { stdout, stderr } = spawnSync(`${ROOT}/node_modules/.bin/biome`, ['lint', file], {
    encoding: 'utf8'
  })
  const errors = `${stdout}${stderr}`.match(/lint\/\S+/g) ?? []
  expect(errors.filter((rule) => rule !== 'lint/style/noRestrictedImports')).toEqual([])
  return errors.length > 0
}

describe('who may import whom is a lint error otherwise', () => {
  it.each([
    ['core/src/arbiter', '../worker/gate.ts'],
    ['core/src/arbiter', '../http/connection.ts'],
    ['core/src/arbiter', '../app/load-app.ts'],
    ['core/src/arbiter', '@pf/http-parser'],
    ['core/src/worker', '../arbiter/plan.ts'],
    ['core/src/http', '../arbiter/plan.ts'],
    ['core/src/app', '../arbiter/plan.ts'],
    ['core/src/common', '../arbiter/plan.ts'],
    ['core/src/config', '../worker/gate.ts'],
    ['core/src/log', '@pf/http-parser'],
    ['core/src/arbiter', '@pf/worker-sync'],
    ['core/src/worker', '@pf/cli'],
    ['http-parser/src/request', 'node:net'],
    ['http-parser/src/request', 'undici'],
    ['worker-sync/src', '@pf/core'],
    ['worker-async/src', '@pf/http-parser'],
    ['worker-gthread/src', '@pf/worker-async'],
    ['cli/src', '@pf/core/worker'],
    ['cli/src', '@pf/worker-sync']
  ])('%s may not import %s', (folder, specifier) => {
    expect(isForbidden(folder, specifier)).toBe(true)
  })

  it.each([
    ['core/src/arbiter', '../config/settings.ts'],
    ['core/src/worker', '../http/connection.ts'],
    ['core/src/http', '@pf/http-parser'],
    ['http-parser/src/request', '../syntax/byte-class.ts'],
    ['worker-gthread/src', '@pf/core/worker'],
    ['worker-gthread/src', 'piscina'],
    ['cli/src', '@pf/core']
  ])('%s may import %s', (folder, specifier) => {
    expect(isForbidden(folder, specifier)).toBe(false)
  })
})
