import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import type { AuditAnchor } from '#domain/audit.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import { AuditAnchorFile } from './audit-anchor.ts'

const ONE = `k1 ${'01'.repeat(32)}`
const TWO = `k2 ${'02'.repeat(32)}`

const at = (seq: number): AuditAnchor => ({ seq, hash: seq.toString(16).padStart(64, '0') })

/** A chain of which every row is there, unless it was taken out. */
function world(keys = ONE) {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-anchor-'))
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const lines: string[] = []
  const lost = new Set<number>()
  const needs = {
    keyring: parseKeyFile(keys),
    clock,
    log: createLog((line) => void lines.push(line), clock, 'debug'),
    hashAt: async (seq: number) => (lost.has(seq) ? null : at(seq).hash),
  }
  const file = path.join(folder, 'audit.anchor')
  return {
    file,
    folder,
    clock,
    lines,
    lost,
    needs,
    open: async () => await AuditAnchorFile.open(file, needs),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

describe('audit anchor', () => {
  it('is not there at first, and remembers the end of the chain for the next start', async () => {
    using here = world()
    {
      await using anchor = await here.open()
      assert.equal(anchor.kept, null)
      anchor.moved(at(1))
      anchor.moved(at(7))
      anchor.moved(at(3)) // told late: another change was committed meanwhile
    }
    await using anchor = await here.open()
    assert.deepEqual(anchor.kept, at(7))
    assert.equal(statSync(here.file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(here.folder), ['audit.anchor'])
  })

  it('stays with the later of two processes that write it', async () => {
    using here = world()
    await using server = await here.open()
    await using command = await here.open()
    command.moved(at(11))
    await command.flush()
    server.moved(at(10))
    await server.flush()
    assert.deepEqual((await here.open()).kept, at(11))
    assert.deepEqual(server.kept, at(11))
  })

  it('does not follow a chain that has lost the row it names, and stays as evidence', async () => {
    using here = world()
    await using anchor = await here.open()
    anchor.moved(at(5))
    await anchor.flush()
    here.lost.add(5)
    anchor.moved(at(6))
    await anchor.flush()
    anchor.moved(at(7))
    await anchor.flush()
    assert.deepEqual((await here.open()).kept, at(5))
    assert.equal(here.lines.filter((line) => line.includes('audit.chain_broken')).length, 1)
  })

  it('takes an earlier end when the operator says so, and goes on from there', async () => {
    using here = world()
    await using anchor = await here.open()
    anchor.moved(at(9))
    await anchor.flush()
    anchor.freeze()
    await anchor.accept(at(4))
    assert.deepEqual((await here.open()).kept, at(4))
    anchor.moved(at(5))
    await anchor.flush()
    assert.deepEqual((await here.open()).kept, at(5))
  })

  it('keeps trying when it cannot be written, and says so', async () => {
    using here = world()
    await using anchor = await here.open()
    rmSync(here.folder, { recursive: true })
    anchor.moved(at(1))
    await anchor.flush()
    assert.ok(here.lines.join('').includes('audit.anchor_not_written'))
    assert.equal(anchor.kept, null)
  })

  it('refuses to open what somebody else has written, or cut, or wrote with another key', async () => {
    using here = world()
    {
      await using anchor = await here.open()
      anchor.moved(at(300))
    }
    const good = readFileSync(here.file, 'utf8')
    const forged = [
      good.replace('"seq":300', '"seq":299'),
      good.replace('"hash":"0', '"hash":"1'),
      good.replace('"key":"k1"', '"key":"k9"'),
      good.replace('"mac":"', '"mac":"0').replace(/.("\}\n)$/, '$1'),
      good.slice(0, -1),
      good.slice(0, 40),
      `${good}${good}`,
      good.toUpperCase(),
      '',
      '{}\n',
      'null\n',
    ]
    for (const text of forged) {
      assert.notEqual(text, good)
      writeFileSync(here.file, text)
      await assert.rejects(here.open(), (thrown: Error) => thrown.message.includes('audit.anchor'))
    }
    writeFileSync(here.file, good)
    assert.deepEqual((await here.open()).kept, at(300))
    const other = { ...here.needs, keyring: parseKeyFile(`k1 ${'03'.repeat(32)}`) }
    await assert.rejects(AuditAnchorFile.open(here.file, other), /was changed/)
  })

  it('opens after a new master key was added, and is then written under it', async () => {
    using here = world()
    {
      await using anchor = await here.open()
      anchor.moved(at(1))
    }
    const rotated = { ...here.needs, keyring: parseKeyFile(`${ONE}\n${TWO}`) }
    {
      await using anchor = await AuditAnchorFile.open(here.file, rotated)
      assert.deepEqual(anchor.kept, at(1))
      anchor.moved(at(2))
    }
    assert.ok(readFileSync(here.file, 'utf8').includes('"key":"k2"'))
  })
})
