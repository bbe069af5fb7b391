import { PfError } from '../common/errors.ts'

/** `MODULE[:EXPORT]`, taken apart. */
export interface AppTarget {
  readonly module: string
  /** The name of the export; undefined for the default one. */
  readonly exportName: string | undefined
  /** `EXPORT()`: the export is a factory, to be called for the app. */
  readonly factory: boolean
}

/**
 * Takes `MODULE[:EXPORT]` apart: `app.js`, `app.js:app`, `app.js:create_app()`, `@scope/pkg:app`. A colon that belongs to a
 * URL (`file:///`) or a Windows drive is not a separator.
 *
 * Throws {@link PfError} `PF_APP` when the part after the colon is no name.
 */
export function parseTarget(text: string): AppTarget {
  const separator = text.lastIndexOf(':')
  if (separator <= 0 || /^[/\\]/.test(text.slice(separator + 1)))
    return { module: text, exportName: undefined, factory: false }
  const name = text.slice(separator + 1)
  const match = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)(\(\))?$/u.exec(name)
  if (match === null) {
    throw new PfError(
      'PF_APP',
      `'${name}' in '${text}' is no export name; write MODULE, MODULE:EXPORT or MODULE:FACTORY()`
    )
  }
  return { module: text.slice(0, separator), exportName: match[1], factory: match[2] !== undefined }
}
