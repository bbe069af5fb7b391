import { readdirSync, readFileSync } from 'node:fs'
import { decode } from './notation.ts'

const FOLDER = new URL('../../../packages/http-parser/corpus/', import.meta.url)

/** What a case asks of the server that it is put to, where that is not the default. */
export interface CaseOptions {
  /** For `new RequestParser(...)`. */
  readonly parser?: Readonly<Record<string, unknown>>
  /** Why the case is put to the parser alone and not to a running pf. */
  readonly parserOnly?: string
}

/** One case of the corpus. */
export interface Case {
  /** Name of the file without its extension. */
  readonly file: string
  readonly title: string
  /** What the client sends, one character per byte. */
  readonly bytes: string
  /** What comes of it, line by line as the README of the corpus says; one character per byte. */
  readonly events: readonly string[]
  readonly options: CaseOptions
}

/** Every case of the corpus, in its order. Throws when a file is not written as its README says. */
export function readCorpus(): Case[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d\d-.*\.md$/.test(name))
    .toSorted()
    .flatMap((name) => readCases(name.slice(0, -'.md'.length), readFileSync(new URL(name, FOLDER), 'utf8')))
}

/** The cases of one file: everything below a heading of the second level. */
export function readCases(file: string, markdown: string): Case[] {
  const [, ...sections] = markdown.split(/^## /m)
  return sections.map((section) => readCase(file, section))
}

function readCase(file: string, section: string): Case {
  const end = section.indexOf('\n')
  const title = section.slice(0, end).trim()
  try {
    const blocks = new Map<string, string>()
    for (const [, kind = '', text = ''] of section.matchAll(/^```(\w+)\n(.*?)\n?^```$/gms)) {
      if (blocks.has(kind)) throw new Error(`it has two blocks of ${kind}`)
      blocks.set(kind, text)
    }
    const { http, events, options = '{}', ...others } = Object.fromEntries(blocks)
    if (http === undefined || events === undefined)
      throw new Error('it needs a block of http and one of events')
    if (Object.keys(others).length > 0) throw new Error(`it has a block of ${Object.keys(others)}`)
    return {
      file,
      title,
      bytes: decode(http),
      events: events === '' ? [] : events.split('\n').map(decode),
      options: readOptions(options)
    }
  } catch (error) {
    throw new Error(`${file}.md, "${title}": ${(error as Error).message}`, { cause: error })
  }
}

function readOptions(text: string): CaseOptions {
  const options: Record<string, unknown> = JSON.parse(text)
  const { parser: _parser, parserOnly: _parserOnly, ...others } = options
  if (Object.keys(others).length > 0) throw new Error(`it has the option ${Object.keys(others)}`)
  return options
}
