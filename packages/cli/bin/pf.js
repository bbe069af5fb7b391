#!/usr/bin/env node
// Runs under any Node since 14, so that an old one gets a sentence rather than a syntax error: plain old JavaScript here.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 22)) {
  import('../dist/main.js')
    .then(({ main }) => main(process.argv.slice(2), process.env, process.cwd()))
    .then((code) => process.exit(code))
} else {
  process.stderr.write(
    `pf needs Node 22.22 or newer; this is ${process.version} (${process.execPath}). ` +
      'Install a newer Node, or put the one you have first in PATH.\n'
  )
  process.exit(1)
}
