import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { COMMANDS } from '#cli/commands.ts'
import { VERSION } from '#version.ts'
import { commandLine } from '../support/command-line.ts'

const cli = commandLine({})

describe('passerelle help', () => {
  it('lists every command', async () => {
    const said = await cli.ok('help')
    for (const { words } of COMMANDS) assert.match(said, new RegExp(`^  ${words}\\b`, 'm'))
    assert.equal(await cli.ok('--help'), said)
  })

  it('says more of one, in three ways', async () => {
    const said = await cli.ok('help', 'user', 'create')
    assert.match(said, /^passerelle user create NAME \[--email ADDRESS\]/)
    assert.match(said, /--role ROLE +user or auditor or administrator/)
    assert.equal(await cli.ok('user', 'create', '--help'), said)
    assert.equal(await cli.ok('user', 'create', '-h'), said)
    assert.match(await cli.ok('user', '--help'), /passerelle user invite USER/)
  })

  it('says the version', async () => {
    assert.equal(await cli.ok('--version'), `${VERSION}\n`)
  })
})

describe('a command that is given wrongly', () => {
  const wrong: Record<string, [string[], RegExp]> = {
    'no command': [[], /passerelle COMMAND/],
    'an unknown one': [['fly'], /no command "fly"/],
    'half of one': [['user'], /Which one\?[^]*user create NAME/],
    'an unknown option': [['user', 'list', '--colour'], /--colour/],
    'an option without its value': [['user', 'list', '--search'], /--search/],
    'a word too many': [['doctor', 'now'], /"now" is more than it takes/],
    'a word missing': [['user', 'enable'], /USER is missing/],
    'a word that is none of those': [['user', 'list', '--state', 'x'], /invited, active, disabled/],
  }
  for (const [name, [typed, expected]] of Object.entries(wrong))
    it(`${name}: exit code 2, and what to do`, async () => {
      assert.match(await cli.fails(2, ...typed), expected)
    })

  it('is answered for programs with --json', async () => {
    const said = await cli.fails(2, 'user', 'enable', '--json')
    assert.deepEqual(JSON.parse(said), { error: { code: 'usage', message: 'USER is missing.' } })
  })
})

describe('the program itself', () => {
  it('runs through a link in another folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'passerelle-link-'))
    try {
      const link = join(folder, 'passerelle')
      symlinkSync(join(import.meta.dirname, '..', '..', 'passerelle'), link)
      const said = execFileSync(link, ['--version'], { cwd: folder, encoding: 'utf8' })
      assert.equal(said, `${VERSION}\n`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
