import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APPS, startPf } from '../support/pf.ts'

const CLASSES = ['sync', 'gthread', 'async']
const GREETINGS = { hello: 'pf', express: 'Express on pf', fastify: 'Fastify on pf', hono: 'Hono on pf' }
const ECHOING = ['express', 'fastify', 'hono']

const everyApp = Object.entries(GREETINGS).flatMap(([app, name]) =>
  CLASSES.map((workerClass) => [app, workerClass, name])
)
const everyEcho = ECHOING.flatMap((app) => CLASSES.map((workerClass) => [app, workerClass]))

async function serve(app: string, workerClass: string): Promise<string> {
  const pf = await startPf(['-w', '1', '-k', workerClass], { cwd: join(APPS, app) })
  return pf.url
}

describe('the example apps, as their pf.config.ts says', () => {
  it.each(everyApp)('%s greets from a %s worker', async (app, workerClass, name) => {
    const response = await fetch(await serve(app, workerClass))
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(new RegExp(`^Hello from ${name}, worker \\d+\n$`))
  })

  it.each(everyEcho)('%s reads JSON in a %s worker', async (app, workerClass) => {
    const body = JSON.stringify({ greeting: 'grüße', list: [1, 2, 3] })
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(`${await serve(app, workerClass)}/echo`, { method: 'POST', headers, body })
    expect(await response.json()).toEqual({ greeting: 'grüße', list: [1, 2, 3] })
  })

  it.each(Object.keys(GREETINGS))('%s answers 404 where it has nothing', async (app) => {
    expect((await fetch(`${await serve(app, 'sync')}/nothing`)).status).toBe(404)
  })
})
