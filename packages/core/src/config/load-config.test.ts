import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { PfError } from '../common/errors.ts'
import { type ConfigSources, type LoadedConfig, loadConfig, resolveSettings } from './load-config.ts'
import type { SettingsTable } from './setting.ts'
import { SETTINGS } from './settings.ts'

const APP = { app: ['app.js'] }

function load(from: Partial<ConfigSources> = {}, table: SettingsTable = SETTINGS): LoadedConfig {
  const commandLine = { ...APP, ...from.commandLine }
  return loadConfig(table, { cwd: tmpdir(), env: {}, cores: 4, ...from, commandLine })
}

function file(values: Record<string, unknown>): Partial<ConfigSources> {
  return { file: { name: 'pf.config.ts', path: '/srv/pf.config.ts', values } }
}

function failure(from: Partial<ConfigSources>): { code: string; message: string } {
  try {
    load(from)
  } catch (error) {
    expect(error).toBeInstanceOf(PfError)
    return error as PfError
  }
  throw new Error('it loads')
}

describe('loadConfig', () => {
  it('gives every setting its default', () => {
    const { config, sources } = load()
    expect(config).toEqual({
      app: 'app.js',
      interface: 'auto',
      preload: false,
      chdir: tmpdir(),
      env: {},
      bind: [{ kind: 'tcp', host: '127.0.0.1', port: 8000 }],
      backlog: 2048,
      workers: 1,
      workerClass: 'sync',
      threads: 1,
      workerConnections: 1000,
      maxRequests: 0,
      maxRequestsJitter: 0,
      timeout: 30,
      gracefulTimeout: 30,
      bootTimeout: 60,
      reloadSurge: '25%',
      reloadProbation: 5,
      drainDelay: 0,
      stallWarning: 1,
      maxLifetime: 0,
      maxLifetimeJitter: 0,
      maxMemory: 0,
      keepAlive: 65,
      firstByteTimeout: 30,
      headTimeout: 30,
      bodyTimeout: 30,
      requestTimeout: 0,
      writeTimeout: 60,
      forwardedAllowIps: ['127.0.0.1', '::1'],
      secureSchemeHeaders: {
        'X-FORWARDED-PROTOCOL': 'ssl',
        'X-FORWARDED-PROTO': 'https',
        'X-FORWARDED-SSL': 'on'
      },
      proxyProtocol: 'off',
      proxyAllowFrom: ['127.0.0.1', '::1'],
      limitRequestLine: 4094,
      limitRequestFields: 100,
      limitRequestFieldSize: 8190,
      limitRequestHead: 65536,
      limitRequestBody: 0,
      limitRequestChunkLine: 256,
      limitRequestTrailers: 8192,
      headerMap: 'drop',
      forwarderHeaders: ['SCRIPT_NAME', 'PATH_INFO'],
      permitObsoleteFolding: false,
      stripHeaderSpaces: false,
      permitUnconventionalHttpMethod: false,
      permitUnconventionalHttpVersion: false,
      casefoldHttpMethod: false,
      accessLogfile: undefined,
      errorLogfile: '-',
      logLevel: 'info',
      logFormat: 'text',
      daemon: false,
      pidfile: undefined,
      user: undefined,
      group: undefined,
      initgroups: false,
      umask: undefined,
      upgradeHandover: true,
      name: undefined,
      reload: false,
      reloadExtraFiles: []
    })
    expect(sources).toMatchObject({ app: 'command line', workers: 'default', pidfile: 'default' })
  })

  it('lets environment, config file, PF_CMD_ARGS and command line win in this order', () => {
    const env = { WEB_CONCURRENCY: '2' }
    const inFile = file({ workers: 3 })
    const commandArgs = { workers: ['4'] }
    const commandLine = { workers: ['5'] }
    const found = [{}, { env }, { env, ...inFile }, { env, ...inFile, commandArgs }].map((from) => load(from))
    found.push(load({ env, ...inFile, commandArgs, commandLine }))
    expect(found.map(({ config, sources: { workers } }) => [config.workers, workers])).toEqual([
      [1, 'default'],
      [2, 'environment'],
      [3, 'config file'],
      [4, 'PF_CMD_ARGS'],
      [5, 'command line']
    ])
  })

  it('refuses a mistake in the config file, and in PF_CMD_ARGS, also where the command line has precedence', () => {
    const commandLine = { workers: ['2'] }
    expect(failure({ commandLine, ...file({ workers: -1 }) })).toMatchObject({
      code: 'PF_CONFIG',
      message: expect.stringContaining('pf.config.ts: workers: -1 is not a whole number')
    })
    expect(failure({ commandLine, commandArgs: { workers: ['some'] } })).toMatchObject({
      code: 'PF_USAGE',
      message: expect.stringContaining("PF_CMD_ARGS: --workers: 'some' is not a whole number")
    })
  })

  it('passes over a variable of the environment where something else has precedence', () => {
    const env = { PORT: 'tcp://10.0.0.1:80', WEB_CONCURRENCY: 'some' }
    const { config } = load({ env, commandLine: { workers: ['2'], bind: ['unix:pf.sock'] } })
    expect(config.workers).toBe(2)
  })

  it('takes the last use of a flag, and all uses of a repeatable one', () => {
    const { config } = load({
      commandLine: { workers: ['2', '3'], bind: [':80', 'fd://3'], env: ['A=1', 'B=2', 'A=3'] }
    })
    expect(config.workers).toBe(3)
    expect(config.bind).toEqual([
      { kind: 'tcp', host: '0.0.0.0', port: 80 },
      { kind: 'fd', fd: 3 }
    ])
    expect(config.env).toEqual({ A: '3', B: '2' })
  })

  it('replaces a list of a lower source', () => {
    const { config } = load({ ...file({ bind: [':80', ':81'] }), commandLine: { bind: [':82'] } })
    expect(config.bind).toEqual([{ kind: 'tcp', host: '0.0.0.0', port: 82 }])
  })

  it('makes PORT the default address', () => {
    const { config, sources } = load({ env: { PORT: '3000' } })
    expect(config.bind).toEqual([{ kind: 'tcp', host: '0.0.0.0', port: 3000 }])
    expect(sources).toMatchObject({ bind: 'environment' })
  })

  it('listens on the sockets of systemd where bind is not given', () => {
    const env = { LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin' }
    const both = [
      { kind: 'fd', fd: 3 },
      { kind: 'fd', fd: 4 }
    ]
    expect(load({ env })).toMatchObject({ config: { bind: both }, sources: { bind: 'environment' } })
    expect(load({ env, ...file({ bind: 'fd://admin' }) }).config.bind).toEqual([{ kind: 'fd', fd: 4 }])
    expect(load({ env: { ...env, PORT: '80' } }).config.bind).toEqual([
      { kind: 'tcp', host: '0.0.0.0', port: 80 }
    ])
  })

  it('takes an empty variable for none', () => {
    expect(load({ env: { PORT: '', WEB_CONCURRENCY: '' } }).sources).toMatchObject({
      bind: 'default',
      workers: 'default'
    })
  })

  it('takes undefined in a config file for not given', () => {
    expect(load(file({ workers: undefined })).sources).toMatchObject({ workers: 'default' })
  })

  it('makes auto two workers per core and one more', () => {
    expect(load({ commandLine: { workers: ['auto'] } }).config.workers).toBe(9)
  })

  it('freezes the config, and none of what it was made of', () => {
    const values = { env: { A: 'b' }, bind: [':80'] }
    const { config } = load(file(values))
    expect([config, config.bind, config.bind[0], config.env].every(Object.isFrozen)).toBe(true)
    expect([values, values.env, values.bind, SETTINGS.env.default].some(Object.isFrozen)).toBe(false)
  })

  it('finds the app in the config file', () => {
    const { config } = loadConfig(SETTINGS, { cwd: tmpdir(), env: {}, ...file({ app: 'server.js' }) })
    expect(config.app).toBe('server.js')
  })

  it('says what to type where there is no app', () => {
    const start = () => loadConfig(SETTINGS, { cwd: tmpdir(), env: {} })
    expect(start).toThrow(expect.objectContaining({ code: 'PF_USAGE' }))
    expect(start).toThrow('no app given; type  pf MODULE[:EXPORT]')
  })

  it.each<[Partial<ConfigSources>, string, string]>([
    [
      { commandLine: { workers: ['x'] } },
      'PF_USAGE',
      "--workers: 'x' is not a whole number from 1 up, or 'auto'"
    ],
    [{ commandArgs: { workers: ['x'] } }, 'PF_USAGE', "PF_CMD_ARGS: --workers: 'x' is not a whole number"],
    [{ commandLine: { app: [''] } }, 'PF_USAGE', "MODULE[:EXPORT]: '' is not a text that is not empty"],
    [{ commandLine: { chdir: ['no/such'] } }, 'PF_USAGE', '--chdir: '],
    [file({ workers: 'four' }), 'PF_CONFIG', "pf.config.ts: workers: 'four' is not a whole number from 1 up"],
    [file({ chdir: 'no/such' }), 'PF_CONFIG', 'pf.config.ts: chdir: '],
    [file({ env: { A: 1 } }), 'PF_CONFIG', 'pf.config.ts: env: A: 1 is not text'],
    [
      file({ worker: 4 }),
      'PF_CONFIG',
      "pf.config.ts: worker: there is no such setting; did you mean 'workers'?"
    ],
    [{ env: { WEB_CONCURRENCY: 'abc' } }, 'PF_CONFIG', "WEB_CONCURRENCY: 'abc' is not a whole number"],
    [{ env: { PORT: 'abc' } }, 'PF_CONFIG', "PORT: 'abc' in '0.0.0.0:abc' is not a port; write a number"]
  ])('names where a bad value stands: %j', (from, code, message) => {
    const error = failure(from)
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('knows the settings of a worker class', () => {
    const table = {
      ...SETTINGS,
      heap: { kind: 'integer', default: 64, flags: '--heap', help: 'H.', group: 'X', reload: 'generation' },
      extras: { kind: 'path', repeatable: true, help: 'E.', group: 'X', reload: 'generation' }
    } as const satisfies SettingsTable
    expect(load(file({ heap: 128 }), table).config).toMatchObject({ heap: 128, extras: [] })
    expect(load({ commandLine: { heap: ['256'] } }, table).config).toMatchObject({ heap: 256 })
  })
})

describe('resolveSettings', () => {
  it('passes over keys that the table does not have', () => {
    const { workers } = SETTINGS
    const { values } = resolveSettings(
      { workers },
      { cwd: tmpdir(), env: {}, ...file({ heap: 1, workers: 2 }) }
    )
    expect(values).toEqual({ workers: 2 })
  })

  it('refuses descriptors to a daemon, which it has not', () => {
    const env = { LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' }
    const message = expect.stringMatching(/^a daemon cannot listen on fd:\/\/3, .*; leave out daemon/)
    expect(failure({ env, commandLine: { daemon: ['true'] } })).toMatchObject({ code: 'PF_CONFIG', message })
    expect(failure(file({ daemon: true, bind: ['127.0.0.1:0', 'fd://3'] }))).toMatchObject({ message })
    expect(load({ env, commandLine: { daemon: ['true'], bind: ['127.0.0.1:0'] } }).config.daemon).toBe(true)
  })
})
