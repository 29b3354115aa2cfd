import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'
import { run, workFolder } from '../support/program.ts'

/** Names that break what is not careful with encodings, separators, markup, lengths and forms. */
const HOSTILE = [
  'a#b',
  'q?x=1&y',
  '100%',
  '%41',
  '%2e%2e',
  'a b',
  '  lead',
  'trail ',
  'tab\tname',
  'new\nline',
  'x\\y',
  'co:lon',
  'f.txt:stream',
  'f::$DATA',
  '"quote"',
  "it's",
  '<html>',
  'a;b',
  'a+b',
  '~t',
  '[br]',
  '{cu}',
  '|p',
  '*s',
  'caf\u00e9',
  'nai\u0308ve',
  '日本語',
  '🔑',
  '\u202ertl',
  'ü'.repeat(127),
  'a'.repeat(255),
  '.hidden',
  '..dots',
  '...',
  '-dash',
  'CON',
  'nul.txt',
  'dot.',
  '._apple',
  '.DS_Store',
  '\u0085',
  '\u2028',
  'del\u007f',
  '\u0001',
  '\ufffe',
  '$money',
  '`tick`',
  '^',
  '=eq',
  '@at',
  ',comma',
  '!bang',
  '(par)',
  'Ａfull',
  'ﬁ',
  'ß',
  '\u00a0',
  '\u200b',
]

async function rcloneFor(server: DriveServer, person: Person, home: string) {
  const { output } = await run('rclone', ['obscure', '-'], { home, input: person.password })
  const config = path.join(home, 'rclone.conf')
  writeFileSync(
    config,
    `[drive]\ntype = webdav\nurl = ${server.url}/dav/\nvendor = owncloud\nuser = ${person.name}\npass = ${output.trim()}\n`,
  )
  const options = ['--config', config, '--retries', '1', '--low-level-retries', '1']
  return async (...args: string[]) => await run('rclone', [...options, ...args], { home })
}

/** Every file of a tree with its content. */
function contents(folder: string, below = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
    const name = path.join(below, entry.name)
    if (entry.isDirectory())
      for (const [inner, text] of contents(folder, name)) found.set(inner, text)
    else found.set(name, readFileSync(path.join(folder, name), 'utf8'))
  }
  return found
}

describe('rclone', () => {
  it('copies, checks, moves and purges a tree with hostile names: no difference', async () => {
    await using server = await startDrive()
    using work = workFolder()
    const rclone = await rcloneFor(server, await server.person('ada'), work.path)
    const done = async (...args: string[]): Promise<void> => {
      const { code, output } = await rclone(...args)
      assert.equal(code, 0, output)
    }
    const tree = path.join(work.path, 'tree')
    const back = path.join(work.path, 'back')
    for (const folder of ['', 'sub dir/#hash/?q', 'é%20é']) {
      mkdirSync(path.join(tree, folder), { recursive: true })
      for (const name of HOSTILE) writeFileSync(path.join(tree, folder, name), `${folder} ${name}`)
    }
    writeFileSync(path.join(tree, 'empty'), '')
    writeFileSync(path.join(tree, 'large'), 'large '.repeat(500_000))
    await done('copy', '--transfers', '16', tree, 'drive:Home/tree')
    await done('check', '--download', tree, 'drive:Home/tree')
    await done('move', 'drive:Home/tree', 'drive:Home/moved')
    await done('check', tree, 'drive:Home/moved')
    await done('copy', '--transfers', '16', 'drive:Home/moved', back)
    assert.deepEqual(contents(back), contents(tree))
    await done('purge', 'drive:Home/moved')
    assert.equal((await rclone('lsf', 'drive:Home')).output, '')
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('bisync of two folders that were edited on both sides converges', async () => {
    await using server = await startDrive()
    using work = workFolder()
    const rclone = await rcloneFor(server, await server.person('ada'), work.path)
    const done = async (...args: string[]): Promise<void> => {
      const { code, output } = await rclone(...args)
      assert.equal(code, 0, output)
    }
    const local = path.join(work.path, 'local')
    const write = (folder: string, name: string, text: string): string => {
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, name), text)
      return path.join(folder, name)
    }
    // Changes are told by the time of a file, in whole seconds: what is there first is old.
    const old = new Date('2026-01-02T03:04:05Z')
    for (let i = 0; i < 8; i++) utimesSync(write(local, `n${i}`, `first ${i}`), old, old)
    await done('mkdir', 'drive:Home/both')
    await done('bisync', local, 'drive:Home/both', '--resync')
    write(local, 'n0', 'changed here, and longer')
    write(local, 'here', 'new here')
    rmSync(path.join(local, 'n1'))
    const there = path.join(work.path, 'there')
    await done(
      'copyto',
      write(there, 'n2', 'changed there, and longer still'),
      'drive:Home/both/n2',
    )
    await done('copyto', write(there, 'there', 'new there'), 'drive:Home/both/there')
    await done('deletefile', 'drive:Home/both/n3')
    await done('bisync', local, 'drive:Home/both')
    await done('check', '--download', local, 'drive:Home/both')
    const found = contents(local)
    assert.deepEqual([...found.keys()].toSorted(), [
      'here',
      'n0',
      'n2',
      'n4',
      'n5',
      'n6',
      'n7',
      'there',
    ])
    assert.equal(found.get('n2'), 'changed there, and longer still')
    assert.equal(found.get('n0'), 'changed here, and longer')
  })
})
