import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import type { PfError } from '../common/errors.ts'
import { loadApp } from './load-app.ts'
import type { AppInterface } from './recognise.ts'
import { FakeExchange } from './test-support.ts'

/**
 * A new folder with these files, which is the working directory until the test ends. It is below `node_modules`, since
 * what is there vitest leaves for Node to import.
 */
export function folderWith(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pf-load-app-')))
  const folder = join(root, 'node_modules', 'a')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => {
    cwd.mockRestore()
    rmSync(root, { recursive: true })
  })
  return folder
}

/** What the app answers to `GET /`. */
export async function answerOf(target: string, style: AppInterface = 'auto'): Promise<string> {
  const app = await loadApp({ target, interface: style })
  const exchange = new FakeExchange()
  await app.handle(exchange)
  expect(exchange.failures).toEqual([])
  return exchange.content
}

export async function failureOf(target: string): Promise<PfError> {
  const error: unknown = await loadApp({ target, interface: 'auto', listenWithin: 10 }).then(
    () => 'it has loaded',
    (error: unknown) => error
  )
  expect(error).toMatchObject({ name: 'PfError', code: 'PF_APP' })
  return error as PfError
}

/** Apps of either style, as expressions. */
export const FETCH = "({ fetch: () => new Response('fetch') })"
export const NODE = "(request, response) => response.end('node')"
