import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { commandLine, type CommandLine } from '../support/command-line.ts'
import { startProduct, type Product } from '../support/product.ts'

let product: Product
let cli: CommandLine
let folder = ''
before(async () => {
  product = await startProduct()
  folder = product.ground.config.dataDir
  await product.administrator('ada')
  cli = commandLine({ DATA_DIR: folder, URL: product.url })
})
after(() => product[Symbol.asyncDispose]())

/** Whoever can write the database, without the master key. */
function intruder(sql: string): void {
  const db = new DatabaseSync(join(folder, 'passerelle.db'))
  db.exec(sql)
  db.close()
}

describe('passerelle audit verify', () => {
  it('says that it is whole, beside a running server', async () => {
    assert.match(await cli.ok('audit', 'verify'), /^The audit is whole: \d+ rows/)
  })

  it('writes every row to a new file, and never over one', async () => {
    const file = join(folder, 'audit.jsonl')
    const { rows } = await cli.json<{ rows: number }>('audit', 'verify', '--export', file)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    assert.equal(lines.length, rows)
    assert.match(lines.at(-1) ?? '', /"action":"audit\.read"/)
    assert.match(await cli.fails(1, 'audit', 'verify', '--export', file), /must not be there yet/)
  })

  it('names the first row that is not as it was written, with exit code 1', async () => {
    intruder("update audit set outcome = 'refused' where seq = 2")
    const { code, out } = await cli.run('audit', 'verify')
    assert.equal(code, 1)
    assert.match(out, /NOT whole: row 2 is not as it was written/)
    intruder("update audit set outcome = 'ok' where seq = 2")
    await cli.ok('audit', 'verify')
  })

  it('A27: finds a tail that was cut off, and goes on finding it', async () => {
    intruder(`delete from audit where seq > 3;
      update audit_head set seq = 3, hash = (select hash from audit where seq = 3)`)
    for (const _ of [1, 2]) {
      const { code, out } = await cli.run('audit', 'verify')
      assert.equal(code, 1)
      assert.match(out, /NOT whole: row 4 and what followed were cut off/)
    }
  })
})
