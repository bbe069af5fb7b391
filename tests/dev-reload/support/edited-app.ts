import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { exchange } from '../../arbiter/support/client.ts'
import { type PfProcess, spawnPf } from '../../support/pf.ts'
import { temporaryDirectory, writeFile } from '../../support/temporary-directory.ts'

/** Says what `value.mjs` exports. */
export const APP =
  "import { value } from './value.mjs'\nexport default { fetch: () => new Response(value) }\n"

/** An app under `--reload`, and somebody who edits its files. */
export class EditedApp {
  readonly directory: string
  readonly pf: PfProcess

  /** Starts pf where the worker classes are found; the app lies elsewhere. */
  constructor(files: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.directory = temporaryDirectory(files)
    const app = [join(this.directory, 'app.mjs'), '--chdir', this.directory]
    this.pf = spawnPf([...app, '--reload', ...args])
  }

  /** As many editors do: the new file takes the place of the old one, whole. */
  write(name: string, text: string): void {
    writeFile(this.directory, `${name}.new`, text)
    renameSync(join(this.directory, `${name}.new`), join(this.directory, name))
  }

  remove(name: string): void {
    rmSync(join(this.directory, name), { recursive: true })
  }

  /** Asks again and again; resolves with the first answer that contains `text`. */
  async answers(text: string, accept = '*/*'): Promise<string> {
    await this.pf.waitForReady(1)
    const request = `GET / HTTP/1.1\r\nHost: test\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`
    for (;;) {
      const answer = await exchange({ port: this.pf.port }, request)
      if (answer.outcome !== 'answered') throw new Error(`not answered: ${JSON.stringify(answer)}`)
      if (answer.text.includes(text)) return answer.text
    }
  }

  /** What pf has said to have changed, in its order. */
  get changes(): string[] {
    return [...this.pf.log.matchAll(/\[INFO\] (.*) changed: reloading/g)].map((match) => match[1] as string)
  }
}
