import type { Kind } from './kinds.ts'
import { reject } from './unfit.ts'

const UNITS = ['', 'K', 'M', 'G', 'T']

/** How much memory: bytes, or a number of KiB, MiB, GiB or TiB as `512M` and `1.5G`. Comes out in bytes. */
export function sizeKind(): Kind<number | string, number> {
  const describe = "a number of bytes, or a size such as '512M' or '1.5G'"
  const bytesOf = (value: unknown): number => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    const [, number, unit = ''] =
      (typeof value === 'string' && /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(value)) || []
    const bytes = Number(number) * 1024 ** UNITS.indexOf(unit.toUpperCase())
    return Number.isFinite(bytes) ? Math.round(bytes) : reject(value, describe)
  }
  const check = (value: unknown): number | string => {
    bytesOf(value)
    return value as number | string
  }
  return {
    metavar: 'SIZE',
    describe,
    jsonSchema: {
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '^\\d+(\\.\\d+)?[KMGTkmgt]?$' }
      ]
    },
    parse: check,
    check,
    resolve: bytesOf,
    format: formatSize
  }
}

/** In the largest unit that shows it exactly. */
function formatSize(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => bytes >= 1024 ** index && bytes % 1024 ** index === 0)
  return power <= 0 ? String(bytes) : `${bytes / 1024 ** power}${UNITS[power]}`
}
