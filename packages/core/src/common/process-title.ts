/** What `ps` shows: `pf: arbiter`, or `pf: worker [shop]` under `--name shop`. */
export function processTitle(role: 'arbiter' | 'worker', name: string | undefined): string {
  return name === undefined ? `pf: ${role}` : `pf: ${role} [${name}]`
}
