import { describe, expect, it } from 'vitest'
import { parseTarget } from './target.ts'

describe('MODULE[:EXPORT]', () => {
  it.each([
    ['app.js', 'app.js', undefined, false],
    ['./dist/app.mjs', './dist/app.mjs', undefined, false],
    ['app.js:app', 'app.js', 'app', false],
    ['app:app', 'app', 'app', false],
    ['app.js:create_app()', 'app.js', 'create_app', true],
    ['app.js:default', 'app.js', 'default', false],
    ['app.js:$a_1', 'app.js', '$a_1', false],
    ['app.js:größe', 'app.js', 'größe', false],
    ['@scope/pkg', '@scope/pkg', undefined, false],
    ['@scope/pkg:app', '@scope/pkg', 'app', false],
    ['a:b.js:app', 'a:b.js', 'app', false],
    [':app', ':app', undefined, false],
    ['', '', undefined, false],
    ['file:///srv/app.js', 'file:///srv/app.js', undefined, false],
    ['file:///srv/app.js:app', 'file:///srv/app.js', 'app', false],
    ['C:\\srv\\app.js', 'C:\\srv\\app.js', undefined, false],
    ['C:/srv/app.js', 'C:/srv/app.js', undefined, false],
    ['C:\\srv\\app.js:app', 'C:\\srv\\app.js', 'app', false]
  ])('%s', (text, module, exportName, factory) => {
    expect(parseTarget(text)).toEqual({ module, exportName, factory })
  })

  it.each([
    ['app.js:', ''],
    ['app.js:1st', '1st'],
    ['app.js:a.b', 'a.b'],
    ['app.js:a b', 'a b'],
    ['app.js:app(', 'app('],
    ['app.js:app(1)', 'app(1)'],
    ['app.js:()', '()'],
    ['app.js:a-b', 'a-b']
  ])('%s has no export name', (text, name) => {
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'PF_APP' }))
    expect(() => parseTarget(text)).toThrow(`'${name}' in '${text}' is no export name; write MODULE`)
  })
})
