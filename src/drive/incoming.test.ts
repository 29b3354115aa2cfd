import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { systemClock, systemEntropy } from '#base/clock.ts'
import { Incoming } from './incoming.ts'
import { DEAD_AFTER_MS } from './limits.ts'

describe('Incoming', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'passerelle-incoming-'))
  after(() => rmSync(dir, { recursive: true }))
  const all = path.join(dir, '.incoming')
  const left = (name: string, ago = 0): void => {
    mkdirSync(path.join(all, name), { recursive: true })
    writeFileSync(path.join(all, name, '1'), 'half')
    const at = new Date(Date.now() - ago)
    utimesSync(path.join(all, name), at, at)
  }

  it('removes what dead processes left, and nothing of living ones', () => {
    const host = hostname().replaceAll(/[^\w-]/g, '_')
    left(`${host}.${process.pid}.000000000000`) // an earlier process with our number
    left(`${host}.${2 ** 22 + 1}.000000000000`) // no process has this number
    left(`${host}.1.000000000000`)
    left('another-node.5.000000000000', DEAD_AFTER_MS / 2)
    left('lost-node.5.000000000000', 2 * DEAD_AFTER_MS)
    using incoming = new Incoming(dir, systemClock, systemEntropy)
    using second = new Incoming(dir, systemClock, systemEntropy)
    writeFileSync(incoming.newPath(), 'x')
    writeFileSync(second.newPath(), 'x')
    assert.equal(incoming.sweep(), 0)
    const names = readdirSync(all).map((name) => name.split('.').slice(0, 2).join('.'))
    assert.deepEqual(
      names.toSorted(),
      [
        'another-node.5',
        `${host}.1`,
        `${host}.${process.pid}`,
        `${host}.${process.pid}`,
      ].toSorted(),
    )
    assert.equal(incoming.pending.length, 1)
  })

  it('takes its own folder with it', () => {
    const before = readdirSync(all).length
    const incoming = new Incoming(dir, systemClock, systemEntropy)
    const file = incoming.newPath()
    writeFileSync(file, 'x')
    assert.notEqual(incoming.newPath(), file)
    incoming[Symbol.dispose]()
    assert.equal(existsSync(file), false)
    assert.equal(readdirSync(all).length, before)
  })
})
