import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startProduct } from '../support/product.ts'
import { run, workFolder } from '../support/program.ts'

const GROUPS = ['basic', 'copymove', 'props', 'locks', 'http']

describe('litmus', () => {
  it('passes every test of every group against Home, with an application password', async () => {
    await using product = await startProduct()
    using work = workFolder()
    const ada = await product.administrator('ada')
    const body = { name: 'litmus', application: 'network_drive' } as const
    const { password } = await ada.call('POST /me/app-passwords', { body })
    const { code, output } = await run(
      'litmus',
      ['-k', `${product.url}/dav/Home/`, 'ada', password],
      { home: work.path },
    )
    const summaries = [
      ...output.matchAll(/summary for `(\w+)': of (\d+) tests run: (\d+) passed, 0 failed/g),
    ]
    assert.deepEqual(
      summaries.map(([, group]) => group),
      GROUPS,
      output,
    )
    const count = (column: number): number =>
      summaries.reduce((sum, one) => sum + Number(one[column]), 0)
    assert.deepEqual([count(2), count(3)], [104, 104])
    assert.doesNotMatch(output, /WARNING|SKIPPED|FAIL/)
    assert.equal(code, 0)
  })
})
