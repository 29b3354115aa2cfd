/**
 * What the tree promises: imports point down, every file says what it is for, one reader of the
 * environment, frozen migrations, and a test for every attack that the documents name.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, it } from 'node:test'

process.chdir(join(import.meta.dirname, '..'))

/** Layer → what it may import besides itself; `(name)` for types only. Everything may import base. */
const MAY_IMPORT: Readonly<Record<string, string>> = {
  base: '',
  wire: '',
  domain: '',
  version: '',
  store: 'domain',
  mail: '(store) domain wire',
  drive: '(store) domain wire',
  vault: '(store) domain wire',
  identity: 'vault (store) domain wire',
  changes: 'identity vault drive store domain wire',
  gateways: '(changes) identity vault drive mail (store) domain wire',
  api: 'changes identity vault drive mail (store) domain wire',
  web: '',
  config: '(store) domain',
  ground: 'config changes identity vault store domain',
  oauth: 'ground changes vault mail (store) domain',
  app: 'oauth ground config version api gateways changes identity vault drive mail store domain wire',
  serve: 'app ground config',
  cli: 'serve oauth ground config version changes identity vault drive mail store domain',
}

/** Longer than 300 lines, and why that is right. */
const MAY_BE_LONG: Readonly<Record<string, string>> = {
  'src/store/migrations/0001-ground.ts': 'one list of tables that never changes again',
  'src/store/migrations/0004-enterprise-sign-in.ts': 'the same',
}

const BANNED_WORDS = /(^|-)(utils?|helpers?|misc|manager|services?)(-|\.|$)/
const BANNED_NAMES = /^(index|shared|common)(\.|$)/
const FROZEN = 'src/store/migrations/frozen.txt'

const read = (file: string): string => readFileSync(file, 'utf8')
const isTest = (file: string): boolean => file.endsWith('.test.ts')
const generated = (file: string): boolean => file.startsWith('src/web/locales/')
const sources = globSync('src/**/*.{ts,tsx}').filter((file) => !generated(file))
const all = [...sources, ...globSync('{test,scripts,bench}/**/*.ts')]

describe('imports point down', () => {
  for (const file of sources.filter((one) => !isTest(one)))
    it(file, () => {
      const here = layerOf(file)
      const may = MAY_IMPORT[here]?.split(' ')
      assert.ok(may, `${here} has no place in the table of layers`)
      for (const { target, typeOnly } of importsOf(file)) {
        const there = layerOf(target)
        if (here === 'web' && there !== 'web') {
          assert.ok(
            typeOnly && target.startsWith('src/api/contract'),
            `web must not know ${target}`,
          )
          continue
        }
        const allowed: string[] = [here, 'base', ...may, ...(typeOnly ? may.map(unwrapped) : [])]
        assert.ok(allowed.includes(there), `${here} must not know ${there} (${target})`)
      }
    })

  it('between gateways: none knows another; http/, mail/, tls/ and files beside the folders, are for all', () => {
    for (const file of sources.filter((one) => one.startsWith('src/gateways/') && !isTest(one)))
      for (const { target } of importsOf(file))
        if (/^src\/gateways\/(?!http\/|mail\/|tls\/)\w+\//.test(target))
          assert.equal(gatewayOf(target), gatewayOf(file), `${file} imports ${target}`)
  })

  it('in migrations: one type, and nothing else', () => {
    for (const file of globSync('src/store/migrations/*.ts')) {
      const lines = read(file).match(/^.*\bfrom '.*$|\bimport\(.*$/gm) ?? []
      assert.equal(lines.length, 1, file)
      assert.match(lines[0] ?? '', /^import type \{ Kysely \} from 'kysely'/, file)
    }
  })
})

describe('every file', () => {
  it('says what it is for, in its first lines; a test file says it by its name', () => {
    const silent = all.filter(
      (file) => !isTest(file) && !/^(#!.*\n)?\/\*\*\n \* \S/.test(read(file)),
    )
    assert.deepEqual(silent, [])
  })

  it('has at most 300 lines', () => {
    const long = all.filter((file) => read(file).split('\n').length > 301)
    assert.deepEqual(
      long.filter((file) => MAY_BE_LONG[file] === undefined),
      [],
    )
  })

  it('has a name of the domain', () => {
    const folders = new Set(all.map((file) => dirname(file)))
    for (const name of [...all, ...folders].map((one) => basename(one))) {
      assert.doesNotMatch(name, BANNED_WORDS)
      assert.doesNotMatch(name, BANNED_NAMES)
    }
  })
})

describe('the environment', () => {
  it('is read by config.ts alone', () => {
    const readers = sources.filter((file) =>
      /process\s*\??\.\s*env\b|process\[|import\s*\{[^}]*\benv\b[^}]*\} from '(node:)?process'/.test(
        read(file),
      ),
    )
    assert.deepEqual(readers, ['src/config.ts'])
  })
})

describe('migrations', () => {
  const known = new Map(
    read(FROZEN)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, string] => [line.split('  ')[1] ?? '', line.split('  ')[0] ?? '']),
  )

  for (const file of globSync('src/store/migrations/*.ts'))
    it(`${basename(file)} is as it was when it was frozen`, () => {
      const sum = createHash('sha256').update(read(file)).digest('hex')
      assert.equal(known.get(basename(file)), sum, `see ${FROZEN}`)
    })

  it('that were frozen are all there', () => {
    for (const name of known.keys()) assert.ok(read(`src/store/migrations/${name}`))
  })
})

describe('every attack of docs/attacks.md has a test that names it', () => {
  const titles = globSync('{src,test}/**/*.test.ts')
    .map(read)
    .join('\n')
    .matchAll(/\b(?:it|describe|test)\(\s*['"`]([A-Z]\d\d\b[^'"`]*)/g)
  const named = new Set([...titles].flatMap(([, title]) => title?.match(/\b[A-Z]\d\d\b/g) ?? []))

  it('and none is forgotten', () => {
    const rows = [...read('docs/attacks.md').matchAll(/^\| ([A-Z]\d\d) \|/gm)]
    const ids = rows.map(([, id = '']) => id)
    assert.ok(ids.length >= 42)
    assert.deepEqual(
      ids.filter((id) => !named.has(id)),
      [],
    )
  })
})

type Import = { readonly target: string; readonly typeOnly: boolean }

/** What a file imports of ours, as paths from the root. */
function importsOf(file: string): Import[] {
  const source = read(file)
  const from = /^(?:import|export)\b( type\b)?[^'";]*?from '([#.][^']+)'/gm
  const bare = /\bimport\(?\s*'([#.][^']+)'/g
  return [
    ...[...source.matchAll(from)].map(([, type, path]) => ({ path, typeOnly: type !== undefined })),
    ...[...source.matchAll(bare)].map(([, path]) => ({ path, typeOnly: false })),
  ].map(({ path = '', typeOnly }) => ({
    typeOnly,
    target: path.startsWith('#')
      ? join('src', path.slice(1))
      : normalize(join(dirname(file), path)),
  }))
}

/** `src/api/views.ts` → api, `src/app.ts` → app. */
const layerOf = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '')
/** `src/gateways/webdav/put.ts` → webdav. */
const gatewayOf = (file: string): string => file.split('/')[2] ?? ''
const unwrapped = (name: string): string => name.replace(/^\((.*)\)$/, '$1')
