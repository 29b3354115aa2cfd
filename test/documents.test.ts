/**
 * The documents: links lead somewhere, and what they name is there.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { COMMANDS } from '#cli/commands.ts'
import { PREFIX, SECRET_SETTINGS, SETTING_NAMES } from '#config.ts'

const ROOT = join(import.meta.dirname, '..')
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted()
const others = globSync('deploy/*', { cwd: ROOT })
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** As hosts of repositories make it from a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

/** At the start of a line or of a piece of code: `./passerelle user list`. */
const COMMAND = /(?:^|`|\.\/|\.env |^ +)passerelle ((?:[a-z]+(?:-[a-z]+)* ?)+)/gm

describe('documents', () => {
  for (const file of documents)
    it(`${file}: every link leads somewhere`, () => {
      for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue
        const [path = '', anchor] = target.split('#')
        const linked = path === '' ? file : join(dirname(file), path)
        assert.ok(existsSync(join(ROOT, linked)), `${target} is not there`)
        if (anchor === undefined) continue
        const headings = [...read(linked).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text)
        assert.ok(headings.map(anchorOf).includes(anchor), `${target}: no such heading`)
      }
    })

  it('are each linked from another', () => {
    const linked = new Set(
      documents.flatMap((file) =>
        [...read(file).matchAll(/\]\(([^)#\s]+)/g)].map(([, to = '']) => join(dirname(file), to)),
      ),
    )
    const lost = documents.filter((file) => file !== 'README.md' && !linked.has(file))
    assert.deepEqual(lost, [])
  })

  it('name only settings of the environment that there are', () => {
    const known = new Set([
      ...SETTING_NAMES.map((name) => PREFIX + name),
      ...SECRET_SETTINGS.map((name) => `${PREFIX}${name}_FILE`),
    ])
    for (const file of [...documents, ...others])
      for (const [name] of read(file).matchAll(/\bPASSERELLE_[A-Z0-9_]+/g))
        assert.ok(known.has(name) || name === PREFIX, `${file}: ${name}`)
  })

  it('name only commands that there are', () => {
    const words = COMMANDS.map((command) => command.words)
    for (const file of [...documents, ...others])
      for (const [, typed = ''] of read(file).matchAll(COMMAND)) {
        const fits = words.some((one) => `${typed.trim()} `.startsWith(`${one} `))
        assert.ok(fits || typed.trim() === 'help', `${file}: passerelle ${typed}`)
      }
  })

  it('have no path of one machine, and no name of one host', () => {
    for (const file of [...documents, ...others])
      assert.doesNotMatch(
        read(file),
        /(^|[\s"'`(])\/(home|root|work)\/|github\.com|gitlab\.com/,
        file,
      )
  })
})
