import type { Exchange, ExchangeRequest } from '../http/exchange.ts'
import type { Capacity, Runner } from './worker-class.ts'

/** What a worker can take that only says why the app has not loaded. */
export const PAGE_CAPACITY: Capacity = {
  connections: 1000,
  exchanges: Number.POSITIVE_INFINITY,
  keepAlive: true
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2em}pre{overflow:auto;padding:1em;background:#8882}'

/** Answers every request with a 500 that says why the app has not loaded: a page for browsers, text for others. */
export function errorPage(text: string): Runner {
  const plain = `The app has not loaded.\n\n${text}\n`
  const page = pageOf(text)
  return {
    run: (exchange: Exchange) => {
      const html = wantsHtml(exchange.request)
      const type = `text/${html ? 'html' : 'plain'}; charset=utf-8`
      const headers = ['Content-Type', type, 'Cache-Control', 'no-store']
      exchange.respond({ status: 500, headers }, html ? page : plain)
      return undefined
    },
    close: async () => {}
  }
}

function wantsHtml({ headers }: ExchangeRequest): boolean {
  return headers.some(
    (name, index) =>
      index % 2 === 0 && name.toLowerCase() === 'accept' && /text\/html/i.test(headers[index + 1] ?? '')
  )
}

function pageOf(text: string): string {
  const escaped = text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The app has not loaded</title>
<style>${STYLE}</style>
<h1>The app has not loaded</h1>
<pre>${escaped}</pre>
<p>Mend it and load this page again; pf notices when a file changes.</p>
</html>
`
}
