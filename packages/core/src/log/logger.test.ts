import { afterEach, describe, expect, it } from 'vitest'
import { timestampOfAccess } from './access-time.ts'
import {
  LOG_LEVELS,
  Logger,
  type LoggerOptions,
  type LogLevel,
  timestamp,
  twoDigits,
  zone
} from './logger.ts'

const { TZ } = process.env
const NOON = new Date(Date.UTC(2026, 10, 20, 12, 4, 5))

function inZone(name: string): void {
  process.env['TZ'] = name
}

afterEach(() => {
  if (TZ === undefined) delete process.env['TZ']
  else process.env['TZ'] = TZ
})

/** The lines that a logger of this level writes when each method says its name. */
function linesOf(level: LogLevel): string[] {
  const lines: string[] = []
  const logger = new Logger({ write: (line) => void lines.push(line) }, { level, pid: 77, now: () => NOON })
  for (const method of LOG_LEVELS) logger[method](`it is ${method}`)
  return lines
}

/** What a logger writes when `action` uses it, at noon in process 77. */
function linesFrom(options: LoggerOptions, action: (logger: Logger) => void): string[] {
  const lines: string[] = []
  action(new Logger({ write: (line) => void lines.push(line) }, { pid: 77, now: () => NOON, ...options }))
  return lines
}

describe('Logger', () => {
  it("writes lines in Gunicorn's shape", () => {
    inZone('Asia/Shanghai')
    expect(linesOf('debug')).toEqual([
      '[2026-11-20 20:04:05 +0800] [77] [DEBUG] it is debug\n',
      '[2026-11-20 20:04:05 +0800] [77] [INFO] it is info\n',
      '[2026-11-20 20:04:05 +0800] [77] [WARNING] it is warning\n',
      '[2026-11-20 20:04:05 +0800] [77] [ERROR] it is error\n',
      '[2026-11-20 20:04:05 +0800] [77] [CRITICAL] it is critical\n'
    ])
  })

  it.each<[LogLevel, string[]]>([
    ['debug', ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['info', ['INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['warning', ['WARNING', 'ERROR', 'CRITICAL']],
    ['error', ['ERROR', 'CRITICAL']],
    ['critical', ['CRITICAL']]
  ])('at level %s writes %j', (level, written) => {
    expect(linesOf(level).map((line) => /\[([A-Z]+)\]/.exec(line)?.[1])).toEqual(written)
  })

  it('goes on at another level when it is given one', () => {
    const lines: string[] = []
    const logger = new Logger({ write: (line) => void lines.push(line) }, { level: 'error' })
    logger.info('not this')
    logger.follow({ logLevel: 'info', logFormat: 'text' })
    logger.info('but this')
    logger.debug('nor this')
    expect(lines).toEqual([expect.stringContaining('but this')])
  })

  it('writes an object per line in JSON, with the fields beside the message', () => {
    const lines = linesFrom({ level: 'info', format: 'json' }, (logger) => {
      logger.error('it broke\n  at "here"', { event: 'exit', code: 3, lost: undefined, clean: false })
      logger.info('it goes on')
      logger.debug('not this', { event: 'none' })
    })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        time: '2026-11-20T12:04:05.000Z',
        pid: 77,
        level: 'error',
        message: 'it broke\n  at "here"',
        event: 'exit',
        code: 3,
        clean: false
      },
      { time: '2026-11-20T12:04:05.000Z', pid: 77, level: 'info', message: 'it goes on' }
    ])
    expect(lines.map((line) => line.indexOf('\n'))).toEqual(lines.map((line) => line.length - 1))
  })

  it('shows no fields in text', () => {
    const lines = linesFrom({ level: 'info' }, (logger) => logger.info('hello', { event: 'greeting' }))
    expect(lines).toEqual([expect.stringMatching(/ \[77\] \[INFO\] hello\n$/)])
  })

  it('goes on in another format when it is given one', () => {
    const lines = linesFrom({ level: 'info' }, (logger) => {
      logger.follow({ logLevel: 'info', logFormat: 'json' })
      logger.info('hello')
    })
    expect(lines).toEqual([expect.stringMatching(/^\{.*"message":"hello"\}\n$/)])
  })

  it('names this process and the time of each line unless told otherwise', () => {
    const lines: string[] = []
    const logger = new Logger({ write: (line) => void lines.push(line) }, { level: 'info' })
    logger.info('hello')
    expect(lines[0]).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] /)
    expect(lines[0]).toContain(`[${process.pid}] [INFO] hello`)
  })
})

describe('the local time', () => {
  it.each([
    ['UTC', '2026-11-20 12:04:05 +0000', '20/Nov/2026:12:04:05 +0000'],
    ['Asia/Shanghai', '2026-11-20 20:04:05 +0800', '20/Nov/2026:20:04:05 +0800'],
    ['America/New_York', '2026-11-20 07:04:05 -0500', '20/Nov/2026:07:04:05 -0500'],
    ['America/St_Johns', '2026-11-20 08:34:05 -0330', '20/Nov/2026:08:34:05 -0330'],
    ['Asia/Kathmandu', '2026-11-20 17:49:05 +0545', '20/Nov/2026:17:49:05 +0545'],
    ['Pacific/Kiritimati', '2026-11-21 02:04:05 +1400', '21/Nov/2026:02:04:05 +1400']
  ])('in %s is %s, and in the access log %s', (name, error, access) => {
    inZone(name)
    expect(timestamp(NOON)).toBe(error)
    expect(timestampOfAccess(NOON)).toBe(access)
  })

  it('follows daylight saving time', () => {
    inZone('Europe/Berlin')
    expect([new Date(2026, 6, 1), new Date(2026, 11, 1)].map(zone)).toEqual(['+0200', '+0100'])
  })

  it.each([
    [0, 'Jan'],
    [4, 'May'],
    [11, 'Dec']
  ])('in the access log has the month %i as %s', (month, name) => {
    expect(timestampOfAccess(new Date(2026, month, 1))).toMatch(new RegExp(`^01/${name}/2026:00:00:00 `))
  })
})

describe('twoDigits', () => {
  it.each([
    [0, '00'],
    [9, '09'],
    [10, '10'],
    [2026, '2026']
  ])('writes %i as %s', (value, text) => {
    expect(twoDigits(value)).toBe(text)
  })
})
