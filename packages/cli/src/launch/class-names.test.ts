import { describe, expect, it } from 'vitest'
import { chooseClass } from './class-names.ts'

describe('chooseClass', () => {
  it.each([
    ['sync', 1],
    ['gthread', 1],
    ['gthread', 4],
    ['async', 4],
    ['./mine.js', 4]
  ])("takes '%s' with %i threads as it is", (name, threads) => {
    expect(chooseClass(name, threads)).toEqual({ name, notices: [] })
  })

  it.each([
    'gevent',
    'gevent_wsgi',
    'gevent_pywsgi',
    'eventlet',
    'tornado',
    'gaiohttp',
    'asgi',
    'uvicorn.workers.UvicornWorker'
  ])("serves Gunicorn's '%s' by 'async', and says so", (name) => {
    expect(chooseClass(name, 1)).toEqual({
      name: 'async',
      notices: [`worker class '${name}' is served by 'async' in pf`]
    })
  })

  it("serves 'sync' with threads by 'gthread', and says so", () => {
    expect(chooseClass('sync', 4)).toEqual({
      name: 'gthread',
      notices: ["worker class 'sync' with 4 threads is served by 'gthread'"]
    })
  })
})
