import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync
} from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { FIXTURES, hasProcesses, PF, spawnPf, startPf } from '../support/pf.ts'
import { openDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const APP = join(FIXTURES, 'process/identity.ts')
const IS_ROOT = process.getuid?.() === 0
const HAS_SETPRIV = IS_ROOT && spawnSync('setpriv', ['--version']).status === 0

/** What `id` says of a user, in numbers. */
function id(user: string): { uid: number; gid: number; groups: number[] } {
  const ask = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim()
  return { uid: Number(ask('-u')), gid: Number(ask('-g')), groups: ask('-G').split(' ').map(Number) }
}

/** What the app says of its process. */
interface Said {
  readonly loadedAs: number[]
  readonly uids: number[]
  readonly gids: number[]
  readonly groups: number[]
  readonly capabilities: string[]
  readonly regain: Record<string, string>
  readonly child: number
  readonly ownFiles: string
  readonly umask: string
}

async function ask(to: NetConnectOpts): Promise<Said> {
  const { text } = await exchange(to)
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Said
}

/** The owner, the group and the permissions of a file. */
function ownershipOf(path: string): number[] {
  const { uid, gid, mode } = statSync(path)
  return [uid, gid, mode & 0o777]
}

const same = (value: number) => [value, value, value, value]

describe.runIf(IS_ROOT)('--user and --group, for root', () => {
  it('make workers run as that user for good, before the app is loaded, and leave the arbiter as it is', async () => {
    const { uid, gid } = id('daemon')
    const pf = await startPf([APP, '--user', 'daemon'])
    expect(await ask({ port: pf.port })).toMatchObject({
      loadedAs: [uid, gid],
      uids: same(uid),
      gids: same(gid),
      groups: [],
      capabilities: ['0000000000000000', '0000000000000000'],
      regain: { setuid: 'EPERM', seteuid: 'EPERM', setgid: 'EPERM', setgroups: 'EPERM' },
      child: uid,
      ownFiles: 'done'
    })
    expect(readFileSync(`/proc/${pf.pid}/status`, 'utf8')).toMatch(/^Uid:\t0\t0\t0\t0$/m)
    expect(await pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('take numbers, also such as nobody has', async () => {
    const pf = await startPf([APP, '-u', '54321', '-g', '54322'])
    expect(await ask({ port: pf.port })).toMatchObject({ uids: same(54321), gids: same(54322), groups: [] })
  })

  it('give supplementary groups with --initgroups', async () => {
    const { uid, gid, groups } = id('daemon')
    const pf = await startPf([APP, '--user', 'daemon', '--initgroups'])
    const said = await ask({ port: pf.port })
    expect(said).toMatchObject({ uids: same(uid), gids: same(gid) })
    expect(said.groups.toSorted()).toEqual(groups.toSorted())
  })

  it('make UNIX sockets and log files theirs', async () => {
    const directory = openDirectory()
    const { uid, gid } = id('daemon')
    const [socket, errors, accesses] = ['pf.sock', 'error.log', 'access.log'].map((name) =>
      join(directory, name)
    ) as [string, string, string]
    writeFileSync(errors, 'before\n', { mode: 0o600 })
    const flags = ['--umask', '007', '--error-logfile', errors, '--access-logfile', accesses]
    const pf = spawnPf([APP, '-u', 'daemon', '-b', `unix:${socket}`, ...flags], { ownBind: true })
    while (!readdirSync(directory).includes('pf.sock')) await sleep(5)
    expect(await ask({ path: socket })).toMatchObject({ uids: same(uid), umask: '0007' })
    expect(ownershipOf(socket)).toEqual([uid, gid, 0o770])
    expect(ownershipOf(errors)).toEqual([uid, gid, 0o600])
    expect(ownershipOf(accesses)).toEqual([uid, gid, 0o660])
    await pf.stop()
    expect(readFileSync(errors, 'utf8')).toMatch(/^before\n.*Worker ready.*Shutting down: arbiter\n$/s)
    expect(readFileSync(accesses, 'utf8')).toContain('GET / ')
  })

  it('let workers open a log file anew in a folder where they may make none', async () => {
    const path = join(openDirectory(), 'access.log')
    const pf = await startPf([APP, '-u', 'daemon', '--access-logfile', path])
    await pf.waitForReady(1)
    renameSync(path, `${path}.1`)
    pf.signal('SIGUSR1')
    while (!existsSync(path) || readFileSync(path, 'utf8') === '') await ask({ port: pf.port })
    expect(statSync(path).uid).toBe(id('daemon').uid)
  })

  it('let workers open anew the log file that a reload has named', async () => {
    const directory = openDirectory()
    const [config, one, two] = ['pf.config.json', 'one.log', 'two.log'].map((name) =>
      join(directory, name)
    ) as [string, string, string]
    const logTo = (accessLogfile: string): void =>
      writeFileSync(config, JSON.stringify({ app: APP, user: 'daemon', accessLogfile, reloadProbation: 0 }))
    logTo(one)
    const pf = await startPf([], { cwd: directory })
    await pf.waitForReady(1)
    logTo(two)
    pf.signal('SIGHUP')
    await pf.waitForLog('has drained')
    renameSync(two, `${two}.1`)
    renameSync(one, `${one}.1`)
    pf.signal('SIGUSR1')
    while (!existsSync(two) || readFileSync(two, 'utf8') === '') await ask({ port: pf.port })
    expect(existsSync(one)).toBe(false)
    expect(pf.log).not.toContain('[ERROR]')
  })

  it('give no file away to which a log file is but a link', async () => {
    const directory = openDirectory()
    const target = join(directory, 'precious')
    writeFileSync(target, '')
    const linked = join(directory, 'access.log')
    execFileSync('ln', ['-s', target, linked])
    const pf = await startPf([APP, '-u', 'daemon', '--access-logfile', linked])
    await pf.waitForReady(1)
    expect(statSync(target).uid).toBe(0)
  })

  it('follow a reload', async () => {
    const directory = openDirectory()
    const config = join(directory, 'pf.config.json')
    writeFileSync(config, JSON.stringify({ app: APP, user: 'daemon' }))
    const pf = await startPf([], { cwd: directory })
    expect(await ask({ port: pf.port })).toMatchObject({ uids: same(id('daemon').uid) })
    writeFileSync(config, JSON.stringify({ app: APP, user: 'no such user' }))
    pf.signal('SIGHUP')
    await pf.waitForLog(/ERROR.*user: 'no such user' is not the name or number of a user of this machine/)
    writeFileSync(config, JSON.stringify({ app: APP, user: 'nobody' }))
    pf.signal('SIGHUP')
    await pf.waitForReady(2)
    await pf.waitForLog('has drained')
    expect(await ask({ port: pf.port })).toMatchObject({ uids: same(id('nobody').uid) })
  })
})

describe.runIf(HAS_SETPRIV)(
  'a UNIX socket that cannot be put in place is told in a sentence, and nothing is left',
  () => {
    /** Starts pf on the socket without the privileges that it takes; returns the errors. */
    async function failOn(path: string, privileges: readonly string[], ...args: string[]): Promise<string[]> {
      const pf = spawnPf([APP, '-b', `unix:${path}`, ...args], {
        ownBind: true,
        command: ['setpriv', ...privileges, process.execPath, PF]
      })
      expect(await pf.ended).toEqual({ code: 1, signal: null })
      return pf.lines.filter(({ level }) => level === 'ERROR').map(({ message }) => message)
    }

    it('where the stale one is that of another user, who alone may replace it', async () => {
      const folder = temporaryDirectory()
      const path = join(folder, 'app.sock')
      const killed = await startPf([APP, '-b', `unix:${path}`], { ownBind: true })
      killed.signal('SIGKILL')
      await killed.ended
      chmodSync(folder, 0o1777)
      chmodSync(path, 0o777)
      expect(await failOn(path, ['--reuid', '61235', '--clear-groups'])).toEqual([
        `cannot listen on unix:${path}: there is a file of that name that pf may not replace; remove it, or choose another path`
      ])
      expect(readdirSync(folder)).toEqual(['app.sock'])
    })

    it('where pf may give it to nobody', async () => {
      const folder = temporaryDirectory()
      const path = join(folder, 'app.sock')
      const privileges = ['--bounding-set', '-chown', '--inh-caps', '-chown']
      expect(await failOn(path, privileges, '-u', '61235', '-g', '61235')).toEqual([
        `cannot listen on unix:${path}: its file cannot be given to user 61235 (EPERM), for which pf needs CAP_CHOWN`
      ])
      expect(readdirSync(folder)).toEqual([])
    })
  }
)

describe.runIf(!IS_ROOT)('--user, for others', () => {
  it('is refused unless it is who they are', async () => {
    const pf = spawnPf([APP, '--user', 'root'])
    expect(await pf.ended).toEqual({ code: 1, signal: null })
    expect(pf.log).toMatch(/^pf: only root can run workers as user root and group 0; start pf as root.*\n$/)
    const own = await startPf([APP, '--user', String(process.getuid?.())])
    expect(await ask({ port: own.port })).toMatchObject({ uids: same(process.getuid?.() ?? 0) })
  })
})

describe('--user and --group', () => {
  it.each(['--user', '--group'])('%s names what is not there in one line', async (flag) => {
    const pf = spawnPf([APP, flag, 'no such one'])
    expect(await pf.ended).toEqual({ code: 2, signal: null })
    const what = flag.slice('--'.length)
    expect(pf.log).toBe(`pf: ${flag}: 'no such one' is not the name or number of a ${what} of this machine\n`)
    expect(hasProcesses(pf)).toBe(false)
  })
})

describe('--umask', () => {
  it.each([
    ['007', 0o770],
    ['0', 0o777]
  ])('%s is what UNIX sockets and workers get', async (mask, mode) => {
    const path = join(temporaryDirectory(), 'pf.sock')
    await startPf([APP, '-b', `unix:${path}`, '-m', mask], { ownBind: true })
    expect(ownershipOf(path)[2]).toBe(mode)
    expect(Number.parseInt((await ask({ path })).umask, 8)).toBe(Number.parseInt(mask, 8))
  })
})
