/** `npm test`: types, lint, unit and end-to-end tests; ends with one line `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NODE, pnpm, ROOT, run, setup } from './setup.js'

const count = { passed: 0, failed: 0 }

async function check(name, command, args) {
  console.log(`\n== ${name}`)
  const passed = (await run(command, args)) === 0
  count[passed ? 'passed' : 'failed'] += 1
}

/** Runs every test once and adds up what the runner reports. A runner that fails without a failed test is one failure. */
async function tests() {
  console.log('\n== tests')
  const folder = mkdtempSync(join(tmpdir(), 'pf-test-'))
  const report = join(folder, 'report.json')
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const code = await run(NODE, [
    vitest,
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`
  ])
  let failed = 0
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    count.passed += numPassedTests
    failed = numFailedTests
  } catch (error) {
    console.error(`the test runner left no report: ${error.message}`)
  }
  count.failed += failed || (code === 0 ? 0 : 1)
  rmSync(folder, { recursive: true })
}

await setup()
await check('types', 'npm', pnpm('exec', 'tsc'))
await check('lint', 'npm', pnpm('run', '--silent', 'lint'))
await tests()
console.log(`\n${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1
