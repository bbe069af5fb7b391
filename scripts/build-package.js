/**
 * Builds the package in the current folder: every top-level `src/*.ts` file becomes an entry of `dist/`, as ESM with its
 * types. The one file that names the bundler, so that another one can take its place.
 */
import { readdirSync } from 'node:fs'
import { build } from 'tsup'

const entry = readdirSync('src')
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
  .map((name) => `src/${name}`)

await build({
  config: false,
  entry,
  format: 'esm',
  target: 'node22.22',
  platform: 'node',
  clean: true,
  dts: true,
  sourcemap: true,
  splitting: true,
  silent: true
})
