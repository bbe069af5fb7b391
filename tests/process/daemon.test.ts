import {
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchange } from '../arbiter/support/client.ts'
import { hasProcesses, isAlive, PF, type PfOptions, type PfProcess, spawnPf } from '../support/pf.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const ANSWER = '[process.pid, process.env.PF_DAEMON]'
const APP = `export default (_request, response) => response.end('\\n' + ${ANSWER}.join('\\n') + '\\n')`

/** A directory with an app, and a daemon that may come to be in it. */
class Place {
  readonly directory: string
  readonly pidfile: string
  readonly logfile: string

  constructor(app: string) {
    this.directory = temporaryDirectory({ 'app.mjs': `${app}\n` })
    this.pidfile = join(this.directory, 'pf.pid')
    this.logfile = join(this.directory, 'pf.log')
    onTestFinished(() => this.#end())
  }

  /** Runs `pf --daemon` in it. */
  start(args: readonly string[] = ['--error-logfile', 'pf.log'], command?: PfOptions['command']): PfProcess {
    return spawnPf(['app.mjs', '-D', '--pid', 'pf.pid', ...args], {
      cwd: this.directory,
      ...(command && { command })
    })
  }

  get pid(): number {
    return Number(readFileSync(this.pidfile, 'utf8'))
  }

  get log(): string {
    return readFileSync(this.logfile, 'utf8')
  }

  get port(): number {
    return Number(/Listening at: http:\/\/127\.0\.0\.1:(\d+)/.exec(this.log)?.[1])
  }

  #end(): void {
    try {
      if (existsSync(this.pidfile)) process.kill(-groupOf(this.pid), 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}

/** The process group of a process. The daemon that an upgrade has replaced led that of the new one too. */
function groupOf(pid: number): number {
  return Number(/\) \w \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
}

async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5)
}

function linkOf(pid: number, name: string): string {
  return readlinkSync(`/proc/${pid}/${name}`)
}

describe('--daemon', () => {
  it('returns when workers serve, and leaves a process that nothing ties to the terminal', async () => {
    const place = new Place(APP)
    const command = place.start()
    expect(await command.ended).toEqual({ code: 0, signal: null })
    expect(command.log + command.out).toBe('')
    const { pid, port, directory } = place
    expect(pid).not.toBe(command.pid)
    const answer = await exchange({ port })
    expect(answer).toMatchObject({ outcome: 'answered' })
    expect(answer.text).toMatch(/\n\d+\n\n$/)
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(new RegExp(`\\) \\w \\d+ ${pid} ${pid} 0 `))
    expect(['fd/0', 'fd/1', 'fd/2'].map((name) => linkOf(pid, name))).toEqual(Array(3).fill('/dev/null'))
    expect(linkOf(pid, 'cwd')).toBe(realpathSync(directory))
    process.kill(pid, 'SIGTERM')
    await untilDead(pid)
    expect(existsSync(place.pidfile)).toBe(false)
    for (const line of ['Starting pf', 'Worker ready', 'Shutting down: arbiter'])
      expect(place.log.split(line)).toHaveLength(2)
  })

  it('says why it failed, with the exit code, and leaves nothing', async () => {
    const place = new Place("throw new Error('no database')")
    const command = place.start()
    expect(await command.ended).toEqual({ code: 4, signal: null })
    expect(command.log).toContain('App failed to load')
    expect(command.log).toContain('no database')
    expect(existsSync(place.pidfile)).toBe(false)
    expect(hasProcesses(command)).toBe(false)
  })

  it('says what is wrong with its surroundings', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const place = new Place(APP)
    const command = place.start(['--error-logfile', 'pf.log', '-b', `127.0.0.1:${port}`])
    expect(await command.ended).toEqual({ code: 1, signal: null })
    expect(command.log).toContain(`[ERROR] cannot listen on 127.0.0.1:${port}: it is in use`)
  })

  it('warns of logs that nobody will see', async () => {
    const place = new Place(APP)
    const command = place.start(['--access-logfile', '-'])
    expect(await command.ended).toEqual({ code: 0, signal: null })
    expect(command.log).toBe(
      'pf: a daemon has no terminal to write to, so its log is lost; give --error-logfile and --access-logfile a file\n'
    )
    expect(isAlive(place.pid)).toBe(true)
  })

  it('is ended by a Ctrl-C while it is waited for', async () => {
    const place = new Place('setInterval(() => {}, 1000); await new Promise(() => {})')
    const command = place.start()
    while (!existsSync(place.pidfile) || !(place.pid > 0)) await sleep(5)
    const { pid } = place
    command.signal('SIGINT')
    // As shells tell it: whoever waits is not to believe that it serves.
    expect(await command.ended).toEqual({ code: 130, signal: null })
    expect(command.log).toMatch(/^pf: the daemon was stopped before it was ready$/m)
    await untilDead(pid)
    expect(existsSync(place.pidfile)).toBe(false)
  })

  it('that somebody else stops before it serves is no success', async () => {
    const place = new Place('setInterval(() => {}, 1000); await new Promise(() => {})')
    const command = place.start()
    while (!existsSync(place.pidfile) || !(place.pid > 0)) await sleep(5)
    process.kill(place.pid, 'SIGTERM')
    expect(await command.ended).toEqual({ code: 1, signal: null })
    expect(command.log).toMatch(/^pf: the daemon was stopped before it was ready$/m)
  })

  it('is not begun with when a stop comes while the settings are read', async () => {
    const place = new Place(APP)
    const config = "console.error('reading'); setInterval(() => {}, 1000); await new Promise(() => {})\n"
    writeFileSync(join(place.directory, 'pf.config.mjs'), config)
    const command = place.start()
    await command.waitForLog('reading')
    command.signal('SIGTERM')
    expect(await command.ended).toEqual({ code: 143, signal: null })
    expect(existsSync(place.pidfile)).toBe(false)
  })

  it('follows, in an upgrade, the names by which it was started', async () => {
    const place = new Place(APP)
    const node = join(place.directory, 'node')
    symlinkSync(process.execPath, node)
    const command = place.start(['--error-logfile', 'pf.log'], [node, PF])
    expect(await command.ended).toEqual({ code: 0, signal: null })
    const { pid } = place
    rmSync(node)
    writeFileSync(node, `#!/bin/sh\necho newer > newer\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
    process.kill(pid, 'SIGUSR2')
    await untilDead(pid)
    while (!place.log.includes('Arbiter has been promoted')) await sleep(5)
    expect(existsSync(join(place.directory, 'newer'))).toBe(true)
    expect(await exchange({ port: place.port })).toMatchObject({ outcome: 'answered' })
  })
})
