/** Which worker of how many, as it was when the worker was started. */
export interface Place {
  readonly place: number
  readonly of: number
}

/** What `ps` shows: `pf: arbiter [shop]`, `pf: worker [shop] 3/4`; without a name and a place `pf: worker`. */
export function processTitle(
  role: 'arbiter' | 'arbiter.2' | 'worker',
  name: string | undefined,
  at?: Partial<Place>
): string {
  const named = name === undefined ? `pf: ${role}` : `pf: ${role} [${name}]`
  return at?.place === undefined ? named : `${named} ${at.place}/${at.of}`
}
