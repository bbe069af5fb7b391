/** `npm start`: serves the hello app with pf until Ctrl-C. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { NODE, ROOT, setup } from './setup.js'

await setup()
console.log('Serving apps/hello with pf. Try, from another terminal:  curl http://127.0.0.1:8000/')
console.log('(or where the log says that it listens). Ctrl-C stops it.\n')
const pf = spawn(NODE, [join(ROOT, 'packages/cli/bin/pf.js'), ...process.argv.slice(2)], {
  cwd: join(ROOT, 'apps/hello'),
  stdio: 'inherit'
})
// Ctrl-C reaches pf by itself, being in the same terminal; this process only waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => pf.kill('SIGTERM'))
pf.once('exit', (code, signal) => {
  process.exitCode = signal === null ? code : 1
})
