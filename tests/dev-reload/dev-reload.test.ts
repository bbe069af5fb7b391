import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLASSES } from '../arbiter/support/classes.ts'
import { temporaryDirectory, writeFile } from '../support/temporary-directory.ts'
import { APP, EditedApp } from './support/edited-app.ts'

const value = (text: string) => `export const value = '${text}'\n`
const THROWS = "throw new TypeError('<b>')\nexport const value = 'none'\n"

describe.each(CLASSES)('--reload, class %s', (...args) => {
  it('serves what the files say now, and shows why they do not load', async () => {
    const app = new EditedApp({ 'app.mjs': APP, 'value.mjs': value('one') }, ['-w', '2', '-k', ...args])
    await app.answers('one')
    expect(app.pf.lines).toContainEqual({
      pid: app.pf.pid,
      level: 'WARNING',
      message: expect.stringContaining('Reload is on, for development only')
    })
    app.write('value.mjs', value('two'))
    await app.answers('two')
    app.write('value.mjs', 'export const value = (\n')
    expect(await app.answers('SyntaxError: Unexpected')).toContain('500 Internal Server Error')
    app.write('app.mjs', "throw new Error('no luck')\n")
    const page = await app.answers('Error: no luck\n', 'text/html')
    expect(page).toMatch(/Content-Type: text\/html; charset=utf-8\r\nCache-Control: no-store\r\n/)
    expect(page).toMatch(
      /<pre>the module '.*app\.mjs' failed to load\nError: no luck\n {4}at file:.*app\.mjs:1:7/
    )
    app.write('value.mjs', value('three'))
    app.write('app.mjs', APP)
    await app.answers('three')
    expect(app.pf.log).toMatch(/\[ERROR\] App failed to load: .*\nError: no luck\n/)
    expect(await app.pf.stop()).toEqual({ code: 0, signal: null })
  })

  it('starts with an app that does not load, and serves it when it does', async () => {
    const app = new EditedApp({ 'app.mjs': APP, 'value.mjs': THROWS }, ['-k', ...args])
    expect(await app.answers('500 Internal', 'text/html')).toContain('TypeError: &#60;b&#62;\n')
    expect(await app.answers('500 Internal')).toContain('TypeError: <b>\n')
    app.write('value.mjs', value('mended'))
    await app.answers('mended')
    expect(await app.pf.stop()).toEqual({ code: 0, signal: null })
  })
})

describe('--reload', () => {
  it('notices a file that was missing, one that goes and comes back, and a folder that does', async () => {
    const files = { 'app.mjs': APP.replace('./value.mjs', './lib/value.mjs') }
    const app = new EditedApp(files)
    await app.answers("Cannot find module '")
    writeFile(app.directory, 'lib/value.mjs', value('one'))
    await app.answers('one')
    app.remove('lib')
    await app.answers('Cannot find module')
    writeFile(app.directory, 'lib/value.mjs', value('two'))
    await app.answers('two')
    app.remove('app.mjs')
    await app.answers('there is no module')
    app.write('app.mjs', files['app.mjs'])
    await app.answers('two')
  })

  it('takes CommonJS modules as well, and shows what is thrown outside of any call', async () => {
    const app = new EditedApp({
      'app.mjs': "import app from './app.cjs'\nexport default app\n",
      'app.cjs': "module.exports = (_, response) => response.end(require('./value.cjs'))\n",
      'value.cjs': "module.exports = 'one'\n"
    })
    await app.answers('one')
    app.write('value.cjs', "module.exports = 'two'\n")
    await app.answers('two')
    const later = "setTimeout(() => { throw new Error('too late') }); await new Promise(() => {})\n"
    app.write('app.mjs', later)
    expect(await app.answers('500 Internal')).toContain('Error: too late\n')
  })

  it('goes on to show why an app has not loaded while the app goes on to fail', async () => {
    const app = new EditedApp({
      'app.mjs': `setInterval(() => { throw new Error('once more') }, 20)\n${THROWS}`,
      'value.mjs': value('mended')
    })
    const failure = /\[ERROR\] The app that has not loaded fails on, and may again: Error: once more\n/
    await app.answers('TypeError: <b>\n')
    await app.pf.waitForLog(failure)
    for (let time = 0; time < 20; time++) await app.answers('TypeError: <b>\n')
    expect(app.pf.log.match(new RegExp(failure, 'g'))).toHaveLength(1)
    expect(app.pf.booted).toHaveLength(1)
    app.write('app.mjs', APP)
    await app.answers('mended')
  })

  it('leaves packages alone, and a file that is written without a change', async () => {
    const app = new EditedApp({
      'app.mjs': `import 'other'\n${APP}`,
      'value.mjs': value('one'),
      'node_modules/other/index.mjs': 'export {}\n',
      'node_modules/other/package.json': '{ "name": "other", "exports": "./index.mjs" }\n'
    })
    await app.answers('one')
    app.write('node_modules/other/index.mjs', 'export const other = 1\n')
    app.write('app.mjs', `import 'other'\n${APP}`)
    app.write('value.mjs', value('two'))
    await app.answers('two')
    expect(app.changes).toEqual(['value.mjs'])
    expect(app.pf.log).not.toContain('Handling signal')
  })

  it('watches further files by globs, also in folders that come later', async () => {
    const views = temporaryDirectory({ 'pages/a.html': 'a', 'b.txt': 'b' })
    const globs = [`${views}/pages/**/*.html`, `${views}/b.txt`]
    const app = new EditedApp(
      { 'app.mjs': APP, 'value.mjs': value('one') },
      globs.flatMap((glob) => ['--reload-extra-file', glob])
    )
    await app.answers('one')
    writeFile(views, 'pages/a.html', 'changed')
    await app.pf.waitForLog(/pages\/a\.html.* changed: reloading/)
    mkdirSync(join(views, 'pages/deep/down'), { recursive: true })
    writeFile(views, 'pages/deep/down/c.html', 'c')
    await app.pf.waitForLog(/pages\/deep\/down\/c\.html.* changed: reloading/)
    writeFile(views, 'b.txt', 'changed')
    await app.pf.waitForLog(/b\.txt.* changed: reloading/)
    await app.answers('one')
  })
})
