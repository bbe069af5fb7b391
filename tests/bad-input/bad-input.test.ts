import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasProcesses, type PfOptions, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const GOOD_APP = "export default { fetch: () => new Response('hello') }\n"

interface Mistake {
  readonly name: string
  /** Files beside `app.js`, which serves. */
  readonly files?: Record<string, string>
  readonly args: string[]
  readonly env?: NodeJS.ProcessEnv
  readonly code: number
  /** What standard error says. */
  readonly says: (string | RegExp)[]
  /** Bind addresses are among the arguments. */
  readonly ownBind?: true
}

interface Failure {
  readonly code: number | null
  readonly text: string
}

async function failureOf({
  files,
  args,
  env = {},
  ownBind
}: Omit<Mistake, 'name' | 'code' | 'says'>): Promise<Failure> {
  const cwd = temporaryDirectory({ 'app.js': GOOD_APP, 'package.json': '{"type":"module"}', ...files })
  const options: PfOptions = { cwd, env, ownBind: ownBind === true }
  const pf = spawnPf(args, options)
  const { code } = await pf.ended
  expect(hasProcesses(pf), 'processes left').toBe(false)
  return { code, text: pf.log + pf.out }
}

function stackLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\s+at /.test(line))
}

const APP: Mistake[] = [
  {
    name: 'a module that is not there',
    args: ['nope.js'],
    code: 4,
    says: ["there is no module 'nope.js' in /", 'check the path']
  },
  {
    name: 'a folder',
    args: ['./'],
    code: 4,
    says: [/'\.\/' \(\/.*\) is a folder; name the file of the app in it, such as app\.js$/m]
  },
  { name: 'a package that is not there', args: ['nope'], code: 4, says: ["there is no module 'nope'"] },
  {
    name: 'an export that is not there',
    args: ['app.js:nope'],
    code: 4,
    says: ["'app.js' has no export 'nope'; it exports default"]
  },
  {
    name: 'an export that is no name',
    args: ['app.js:a-b'],
    code: 4,
    says: ["'a-b' in 'app.js:a-b' is no export name"]
  },
  {
    name: 'no default export',
    files: { 'empty.js': 'export const answer = 42\n' },
    args: ['empty.js'],
    code: 4,
    says: ["'empty.js' has no default export; it exports answer"]
  },
  {
    name: 'an export of no known shape',
    files: { 'odd.js': 'export const app = { answer: 42 }\n' },
    args: ['odd.js:app'],
    code: 4,
    says: ["app of 'odd.js' is an object with answer, not an app; pf serves an object with fetch()"]
  },
  {
    name: 'a factory that is no function',
    args: ['app.js:default()'],
    code: 4,
    says: ["'default' in 'app.js' is no function to call"]
  }
]

const SETTINGS: Mistake[] = [
  { name: 'no app', args: [], code: 2, says: ['MODULE'] },
  {
    name: 'an unknown flag',
    args: ['app.js', '--wrokers', '2'],
    code: 2,
    says: ["unknown option '--wrokers'", '--workers']
  },
  { name: 'two apps', args: ['app.js', 'other.js'], code: 2, says: [/too many arguments|other\.js/] },
  { name: 'a bad value', args: ['app.js', '-w', 'many'], code: 2, says: ['--workers', "'many'"] },
  { name: 'a flag without its value', args: ['app.js', '--bind'], code: 2, says: ['--bind'], ownBind: true },
  { name: 'a negative number', args: ['app.js', '--timeout', '-1'], code: 2, says: ['--timeout'] },
  {
    name: 'a bad address',
    args: ['app.js', '-b', '127.0.0.1:99999'],
    code: 2,
    says: ["--bind: '99999' in '127.0.0.1:99999' is not a port; write a number from 0 to 65535"],
    ownBind: true
  },
  { name: 'an unknown level', args: ['app.js', '--log-level', 'loud'], code: 2, says: ["'loud'", 'debug'] },
  {
    name: 'an unknown worker class',
    args: ['app.js', '-k', 'asink'],
    code: 1,
    says: ["unknown worker class 'asink'; did you mean 'async'?"]
  },
  {
    name: 'a worker class that is not installed',
    args: ['app.js', '-k', 'gthread'],
    code: 1,
    says: ["worker class 'gthread' is not installed: run  npm install @pf/worker-gthread"]
  },
  {
    name: 'a module that exports no worker class',
    files: { 'class.js': 'export const workerClass = 1\n' },
    args: ['app.js', '-k', './class.js'],
    code: 1,
    says: ['is not a worker class: it must export  workerClass']
  },
  {
    name: 'a folder that is not there',
    args: ['app.js', '--chdir', 'nowhere'],
    code: 2,
    says: ['--chdir', 'nowhere']
  },
  {
    name: 'a config file that is not there',
    args: ['app.js', '-c', 'nope.ts'],
    code: /* named on the command line */ 1,
    says: ['nope.ts']
  },
  {
    name: 'a config file with an unknown key',
    files: { 'pf.config.ts': 'export default { wrokers: 2 }\n' },
    args: ['app.js'],
    code: 1,
    says: ['pf.config.ts', 'wrokers', 'workers']
  },
  {
    name: 'a config file with a bad value',
    files: { 'pf.config.ts': "export default { workers: 'many' }\n" },
    args: ['app.js'],
    code: 1,
    says: ['pf.config.ts', 'workers', "'many'"]
  },
  {
    name: 'a config file that throws',
    files: { 'pf.config.ts': "throw new Error('no secrets today')\n" },
    args: ['app.js'],
    code: 1,
    says: ['pf.config.ts', 'no secrets today']
  },
  {
    name: 'a config file with a syntax error',
    files: { 'pf.config.ts': 'export default {{\n' },
    args: ['app.js'],
    code: 1,
    says: ['pf.config.ts']
  },
  {
    name: 'a bad WEB_CONCURRENCY',
    args: ['app.js'],
    env: { WEB_CONCURRENCY: 'abc' },
    code: 1,
    says: ['WEB_CONCURRENCY', "'abc'"]
  },
  {
    name: 'a bad PORT',
    args: ['app.js'],
    env: { PORT: 'abc' },
    code: 1,
    says: ["PORT: 'abc' in '0.0.0.0:abc' is not a port; write a number from 0 to 65535"],
    ownBind: true
  },
  {
    name: 'a bad PF_CMD_ARGS',
    args: ['app.js'],
    env: { PF_CMD_ARGS: '--nope' },
    code: 2,
    says: ['PF_CMD_ARGS', '--nope']
  },
  {
    name: 'an error log that cannot be opened',
    args: ['app.js', '--error-logfile', 'no/where.log'],
    code: 1,
    says: ["no/where.log'", 'ENOENT']
  },
  {
    name: 'a pid file that cannot be written',
    args: ['app.js', '-p', 'no/where.pid'],
    code: 1,
    says: ["no/where.pid'", 'ENOENT']
  }
]

const SOCKETS: Mistake[] = [
  {
    name: 'an address of another machine',
    args: ['app.js', '-b', '192.0.2.1:8000'],
    code: 1,
    says: ['cannot listen on 192.0.2.1:8000: this machine has no such address'],
    ownBind: true
  },
  {
    name: 'a socket in a folder that is not there',
    args: ['app.js', '-b', 'unix:no/where.sock'],
    code: 1,
    says: ['no/where.sock'],
    ownBind: true
  },
  {
    name: 'a socket where a file is',
    args: ['app.js', '-b', 'unix:app.js'],
    code: 1,
    says: ['unix:app.js', 'no socket'],
    ownBind: true
  },
  {
    name: 'a descriptor that is not open',
    args: ['app.js', '-b', 'fd://73'],
    code: 1,
    says: ['fd://73'],
    ownBind: true
  },
  ...[5, 6, 7].map((fd) => ({
    name: `a descriptor of Node's own, ${fd}`,
    args: ['app.js', '-b', `fd://${fd}`],
    code: 1,
    says: [`fd://${fd}`, 'the descriptor is'],
    ownBind: true as const
  })),
  {
    name: 'a socket in a folder that is not there',
    args: ['app.js', '-b', 'unix:nowhere/pf.sock'],
    code: 1,
    says: ['nowhere/pf.sock', 'the folder does not exist'],
    ownBind: true
  }
]

describe('a mistake of the user ends pf with one clear message', () => {
  it.each([...APP, ...SETTINGS, ...SOCKETS])('$name: exit code $code', async ({ code, says, ...mistake }) => {
    const failure = await failureOf(mistake)
    for (const words of says) expect(failure.text).toMatch(words instanceof RegExp ? words : literal(words))
    expect(failure.code).toBe(code)
    expect(stackLines(failure.text)).toEqual([])
  })

  it('a port in use: exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const { code, text } = await failureOf({ args: ['app.js', '-b', `127.0.0.1:${port}`], ownBind: true })
    expect(code).toBe(1)
    expect(text).toContain(`cannot listen on 127.0.0.1:${port}: it is in use`)
    expect(stackLines(text)).toEqual([])
  })
})

function literal(words: string): RegExp {
  return new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}
