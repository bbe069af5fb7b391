import { type Launch, PfError } from '@pf/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadLaunch } from './launch/load-launch.ts'
import { type Host, main } from './main.ts'
import { classModule, HEAP, Project } from './testing/project.ts'

let project: Project

beforeEach(() => {
  project = new Project()
  project.install('@pf/worker-sync', classModule('sync'))
})

afterEach(() => project.remove())

const NEVER = new AbortController().signal

const importModule = (url: string): Promise<unknown> => import(url)

interface Run {
  readonly code: number
  readonly out: string
  readonly error: string
  /** What each call of `load` gave; the server calls it twice. */
  readonly launches: readonly Launch[]
  readonly checked: readonly Launch[]
  /** How many daemons it has started. */
  readonly daemons: number
}

async function pf(
  args: readonly string[],
  env: Record<string, string> = {},
  changes: Partial<Host> = {}
): Promise<Run> {
  const [out, error, launches, checked]: [string[], string[], Launch[], Launch[]] = [[], [], [], []]
  let daemons = 0
  const host: Host = {
    out: (text) => out.push(text),
    error: (text) => error.push(text),
    importModule,
    readSettings: ({ directory, ...start }) => loadLaunch({ ...start, cwd: directory, importModule }),
    serve: async ({ load }) => {
      launches.push(await load(NEVER), await load(NEVER))
      return 0
    },
    startDaemon: async () => {
      daemons += 1
      return 0
    },
    checkApp: async (launch) => void checked.push(launch),
    ...changes
  }
  const code = await main(args, env, project.directory, host)
  return { code, out: out.join(''), error: error.join(''), launches, checked, daemons }
}

describe('pf', () => {
  it('serves the app with what the settings say', async () => {
    const { code, launches, out, error } = await pf(['-w', '3', 'app.js'])
    expect({ code, out, error }).toEqual({ code: 0, out: '', error: '' })
    expect(launches[0]).toMatchObject({
      config: { app: 'app.js', workers: 3 },
      workerClass: { name: 'sync' },
      notices: []
    })
  })

  it("ends with the server's exit code", async () => {
    expect((await pf(['app.js'], {}, { serve: async () => 3 })).code).toBe(3)
  })

  it('starts a daemon when the settings say so, unless it is that daemon', async () => {
    const warning =
      'pf: a daemon has no terminal to write to, so its log is lost; give --error-logfile a file\n'
    const command = await pf(['-D', 'app.js'])
    expect(command).toMatchObject({ code: 0, daemons: 1, launches: [], error: warning })
    const daemon = await pf(['-D', 'app.js'], { PF_DAEMON: '1' })
    expect(daemon).toMatchObject({ code: 0, daemons: 0, error: '' })
    expect(daemon.launches[0]?.config.daemon).toBe(true)
    const quiet = await pf(['-D', '--error-logfile', 'pf.log', 'app.js'])
    expect(quiet).toMatchObject({ daemons: 1, error: '' })
  })

  it('reads everything anew for each load', async () => {
    project.write('pf.config.json', '{ "workers": 2 }')
    const workers: number[] = []
    const serve: Host['serve'] = async ({ load }) => {
      workers.push((await load(NEVER)).config.workers)
      project.write('pf.config.json', '{ "workers": 3 }')
      workers.push((await load(NEVER)).config.workers)
      return 0
    }
    await pf(['app.js'], {}, { serve })
    expect(workers).toEqual([2, 3])
  })

  it('takes flags from PF_CMD_ARGS, quoted as in a shell, below those of the command line', async () => {
    const { launches } = await pf(['-w', '3', 'app.js'], { PF_CMD_ARGS: '-w 2 --name "my shop"' })
    expect(launches[0]?.config).toMatchObject({ workers: 3, name: 'my shop' })
  })

  it('finds the config file in PF_CMD_ARGS, and the one on the command line before it', async () => {
    project.write('a.json', '{ "app": "a.js" }')
    project.write('b.json', '{ "app": "b.js" }')
    const env = { PF_CMD_ARGS: '-c a.json' }
    expect((await pf([], env)).launches[0]?.config.app).toBe('a.js')
    expect((await pf(['-c', 'b.json'], env)).launches[0]?.config.app).toBe('b.js')
  })

  it('looks for config file and worker class in the start directory, chdir or not', async () => {
    project.write('app/app.js', '')
    project.write('tiny.mjs', classModule('tiny'))
    project.write('pf.config.json', '{ "chdir": "app", "workerClass": "./tiny.mjs" }')
    const { launches } = await pf(['app.js'])
    expect(launches[0]).toMatchObject({
      config: { chdir: `${project.directory}/app` },
      workerClass: { name: 'tiny' }
    })
  })

  it('looks for the worker class in the directory of --chdir too', async () => {
    project.write('app/tiny.mjs', classModule('tiny'))
    const { launches } = await pf(['--chdir', 'app', '-k', './tiny.mjs', 'app.js'])
    expect(launches[0]?.workerClass.name).toBe('tiny')
  })

  it.each([
    [['-k', 'gevent'], 'async', "worker class 'gevent' is served by 'async' in pf"],
    [['--threads', '4'], 'gthread', "worker class 'sync' with 4 threads is served by 'gthread'"]
  ])('follows Gunicorn for %j and gives notice', async (args, name, notice) => {
    project.install(`@pf/worker-${name}`, classModule(name))
    const { launches } = await pf([...args, 'app.js'])
    expect(launches[0]).toMatchObject({ workerClass: { name }, notices: [notice] })
  })

  it('says so too where that class is not installed', async () => {
    const { code, error } = await pf(['-k', 'gevent', 'app.js'])
    expect(code).toBe(1)
    expect(error).toBe(
      "pf: worker class 'async' is not installed: run  npm install @pf/worker-async" +
        "  (worker class 'gevent' is served by 'async' in pf)\n"
    )
  })
})

describe('settings of a worker class', () => {
  beforeEach(() => {
    project.install('@pf/worker-gthread', classModule('gthread', HEAP))
  })

  it('are flags', async () => {
    const { launches } = await pf(['--thread-heap-limit', '9', '-k', 'gthread', 'app.js'])
    expect(launches[0]?.config).toMatchObject({ threadHeapLimit: 9 })
  })

  it('are keys of the config file, which may choose the class as well', async () => {
    project.write('pf.config.json', '{ "workerClass": "gthread", "threadHeapLimit": 9 }')
    expect((await pf(['app.js'])).launches[0]?.config).toMatchObject({ threadHeapLimit: 9 })
  })

  it('have defaults', async () => {
    expect((await pf(['-k', 'gthread', 'app.js'])).launches[0]?.config).toMatchObject({ threadHeapLimit: 64 })
  })

  it('are in the help of that class alone', async () => {
    expect((await pf(['-k', 'gthread', '--help'])).out).toContain('--thread-heap-limit')
    expect((await pf(['--help'])).out).not.toContain('--thread-heap-limit')
  })

  it.each([
    [['--thread-heap-limit', '9', 'app.js'], {}, ''],
    [['app.js'], { PF_CMD_ARGS: '--thread-heap-limit=9' }, 'PF_CMD_ARGS: ']
  ])(
    'are unknown flags under another class, and the message says which has it (%j %j)',
    async (args, env, place) => {
      const { code, error } = await pf(args, env)
      expect(code).toBe(2)
      expect(error).toBe(
        `pf: ${place}option '--thread-heap-limit' belongs to worker class 'gthread'; add  -k gthread  to use it\n`
      )
    }
  )

  it('are unknown keys under another class', async () => {
    project.write('pf.config.json', '{ "threadHeapLimit": 9 }')
    const { code, error } = await pf(['app.js'])
    expect(code).toBe(1)
    expect(error).toContain('pf.config.json: threadHeapLimit: there is no such setting')
  })
})

describe('pf --help, --version', () => {
  it('print and end, whatever else is wrong', async () => {
    project.write('pf.config.json', '{ broken')
    const help = await pf(['--help', '-k', 'nope', '--bogus'])
    expect(help).toMatchObject({ code: 0, error: '', launches: [] })
    expect(help.out).toContain('Usage: pf [OPTIONS] MODULE[:EXPORT]')
    const version = await pf(['-v', '--bogus'])
    expect(version).toMatchObject({ code: 0, error: '', launches: [] })
    expect(version.out).toMatch(/^pf \d+\.\d+\.\d+\n$/)
  })
})

describe('pf --print-config', () => {
  it('prints the settings and loads no app', async () => {
    const { code, out, launches, checked } = await pf(['--print-config', '-w', '2', 'nope.js'])
    expect({ code, launches, checked }).toEqual({ code: 0, launches: [], checked: [] })
    expect(out).toMatch(/^workers +2 +command line$/m)
  })

  it('needs no app', async () => {
    const { code, out, error } = await pf(['--print-config', '-w', '2'])
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(out).toMatch(/^app +none +default$/m)
    expect(out).toMatch(/^workers +2 +command line$/m)
  })

  it('fails on a bad setting', async () => {
    const { code, out } = await pf(['--print-config', '-w', 'x', 'app.js'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
})

describe('pf --check-config', () => {
  it('gives notice as a start does', async () => {
    project.write('pf.config.json', '{ "workers": 2 }')
    project.write('pf.config.mjs', 'export default { app: "app.js" }')
    const notice = 'Using pf.config.mjs, and not pf.config.json'
    expect((await pf(['--check-config'])).error).toContain(`pf: ${notice}; `)
    expect((await pf([])).launches[0]?.notices).toEqual([expect.stringContaining(notice)])
  })

  it('boots the app once and says that all is fine', async () => {
    const { code, out, launches, checked } = await pf(['--check-config', 'app.js'])
    expect({ code, out, launches }).toEqual({
      code: 0,
      out: 'The settings and the app are fine.\n',
      launches: []
    })
    expect(checked).toHaveLength(1)
  })

  it('comes after --print-config where both are given, and needs an app', async () => {
    const { code, out, checked } = await pf(['--check-config', '--print-config', 'app.js'])
    expect({ code, checked }).toMatchObject({ code: 0, checked: [{ config: { app: 'app.js' } }] })
    expect(out).toMatch(/^app +app\.js +command line\n.*\nThe settings and the app are fine\.\n$/s)
    const none = await pf(['--check-config', '--print-config'])
    expect(none).toMatchObject({ code: 2, out: '', checked: [] })
    expect(none.error).toContain('no app given')
  })

  it('fails as a start would', async () => {
    const checkApp = () => Promise.reject(new PfError('PF_APP', "cannot find 'app.js'"))
    const failure = { code: 4, error: "pf: cannot find 'app.js'\n" }
    expect(await pf(['--check-config', 'app.js'], {}, { checkApp })).toMatchObject({ ...failure, out: '' })
    expect(await pf(['--check-config', '--print-config', 'app.js'], {}, { checkApp })).toMatchObject(failure)
  })
})

describe('exit codes', () => {
  it.each<[string[], Record<string, string>, number, string]>([
    [[], {}, 2, 'pf: no app given; type  pf MODULE[:EXPORT]'],
    [['--workerz', '4', 'app.js'], {}, 2, "pf: unknown option '--workerz'\n(Did you mean --workers?)\n"],
    [['-w', 'x', 'app.js'], {}, 2, "pf: --workers: 'x' is not a whole number from 1 up, or 'auto'\n"],
    [['-w'], {}, 2, "pf: option '-w, --workers <N|auto>' argument missing; pf --help lists the options\n"],
    [['a.js', 'b.js'], {}, 2, 'pf: too many arguments'],
    [['app.js'], { PF_CMD_ARGS: '--bogus' }, 2, "pf: PF_CMD_ARGS: unknown option '--bogus'"],
    [['app.js'], { WEB_CONCURRENCY: 'abc' }, 1, "pf: WEB_CONCURRENCY: 'abc' is not a whole number"],
    [['-c', 'nope.ts', 'app.js'], {}, 1, 'pf: the config file nope.ts'],
    [['-k', 'asink', 'app.js'], {}, 1, "pf: unknown worker class 'asink'; did you mean 'async'?"]
  ])('%j with %j ends with %i and one message', async (args, env, code, message) => {
    const run = await pf(args, env)
    expect(run).toMatchObject({ code, out: '', launches: [] })
    expect(run.error).toContain(message)
    expect(run.error).not.toContain(' at ')
  })

  it("does not swallow what is not the user's to mend", async () => {
    const serve = () => Promise.reject(new TypeError('a bug'))
    await expect(pf(['app.js'], {}, { serve })).rejects.toThrow('a bug')
  })
})
