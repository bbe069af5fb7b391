/** Which worker of how many, `3` of `4`, as it was when the worker was started. */
export interface Place {
  readonly place: number
  readonly of: number
}

/** What `ps` shows: `pf: arbiter [shop]`, `pf: worker [shop] 3/4`; without a name `pf: worker 3/4`. */
export function processTitle(
  role: 'arbiter' | 'arbiter.2' | 'worker',
  name: string | undefined,
  at?: Place
): string {
  const named = name === undefined ? `pf: ${role}` : `pf: ${role} [${name}]`
  return at === undefined ? named : `${named} ${at.place}/${at.of}`
}
