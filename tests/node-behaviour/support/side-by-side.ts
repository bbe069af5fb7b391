import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClassUnderTest } from '../../contract/support/classes.ts'
import { SCENARIOS, SERVER_SCENARIOS } from '../scenarios.ts'
import { differences } from './differences.ts'
import type { Outcome, Scenario, Scenarios } from './scenario.ts'
import { type Fixture, Subject } from './subject.ts'

/** Runs every scenario on `node:http` and on pf with a worker class, and compares. */
export function sideBySide(workerClass: ClassUnderTest): void {
  const listed = new Set(
    differences()
      .filter(({ classes }) => classes.includes(workerClass.name))
      .flatMap(({ scenarios }) => scenarios)
  )
  describe.each<[Fixture, Scenarios]>([
    ['app', SCENARIOS],
    ['server', SERVER_SCENARIOS]
  ])(`worker class ${workerClass.name} beside node:http, %s`, (fixture, scenarios) => {
    let nodeHttp: Subject
    let pf: Subject
    beforeAll(async () => {
      ;[nodeHttp, pf] = await Promise.all([Subject.nodeHttp(fixture), Subject.pf(workerClass, fixture)])
    })
    afterAll(() => Promise.all([nodeHttp?.destroy(), pf?.destroy()]))

    const fitting = Object.entries(scenarios).filter(([, scenario]) => fits(workerClass, scenario))
    it.each(fitting)('%s', async (name, scenario: Scenario) => {
      const [expected, outcome] = await Promise.all([nodeHttp.run(name, scenario), pf.run(name, scenario)])
      const [there, here] = [comparable(workerClass, expected), comparable(workerClass, outcome)]
      if (!listed.has(name)) return expect(here).toEqual(there)
      expect(here, 'docs/node-http-differences.md names a difference that is gone').not.toEqual(there)
      expect(written(here)).toMatchSnapshot()
    })
  })
}

/** Whether there is anything to compare with this class and this version of Node.js. */
function fits({ keepAlive }: ClassUnderTest, { keepsConnection, since = 0 }: Scenario): boolean {
  return (keepAlive || !keepsConnection) && Number.parseInt(process.versions.node, 10) >= since
}

/** An outcome for people to read. */
function written({ app, client }: Outcome): string {
  return [
    ...app.map((line) => `app: ${line}`),
    ...client.map((seen) => `client: ${JSON.stringify(seen)}`)
  ].join('\n')
}

/** Without what a class that closes after every answer cannot do. */
function comparable({ keepAlive }: ClassUnderTest, { app, client }: Outcome): Outcome {
  return { app, client: keepAlive ? client : client.map(withoutConnection) }
}

function withoutConnection(seen: unknown): unknown {
  const { persists: _persists, fields, ...rest } = seen as { persists?: string; fields?: string[] }
  return fields === undefined
    ? rest
    : { ...rest, fields: fields.filter((line) => line !== 'connection: close') }
}
