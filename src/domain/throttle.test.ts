import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterSuccess, judgeTry, limitsOf, nobodysAccount, type Trier } from './throttle.ts'

const stranger: Trier = { account: 'ada', ip: '2001:db8:1:2:3::4', device: null }
const known: Trier = { ...stranger, device: 'laptop' }
const keys = (trier: Trier): string[] => limitsOf('password', trier).map((limit) => limit.key)

/** Whether a known device may try once more, when its counters stand so. */
const allowedAt = (burst: number, total: number): boolean =>
  judgeTry(
    'password',
    known,
    counted(known, { 'password:ada:laptop:burst': burst, 'password:ada:laptop:total': total }),
  ).verdict.is === 'allowed'

const isPlace = (key: string): boolean => !key.startsWith('password:')

/** What is counted when each counter stands at one, but for those that are given. */
const counted = (trier: Trier, others: Record<string, number> = {}): Map<string, number> =>
  new Map(keys(trier).map((key) => [key, others[key] ?? 1]))

describe('throttle', () => {
  it('counts a stranger per account, address (/64), network (/48) and altogether, in one order', () => {
    assert.deepEqual(keys(stranger), [
      'address:2001:db8:1:2:0:0:0:0/64',
      'everywhere',
      'network:2001:db8:1:0:0:0:0:0/48',
      'password:ada:strangers:burst',
      'password:ada:strangers:total',
    ])
    assert.deepEqual(
      keys({ ...stranger, ip: '192.0.2.7' }).filter((key) => key.includes('/')),
      ['address:192.0.2.7/32', 'network:192.0.2.0/24'],
    )
  })

  it('counts a known device by itself: no place and no stranger can use its tries up', () => {
    assert.deepEqual(keys(known), ['password:ada:laptop:burst', 'password:ada:laptop:total'])
  })

  it('takes ten tries in 15 minutes and a hundred in a row', () => {
    assert.deepEqual(
      [allowedAt(10, 100), allowedAt(11, 50), allowedAt(1, 101)],
      [true, false, false],
    )
  })

  it('takes back nothing of what it lets through', () => {
    const { verdict, takeBack } = judgeTry('password', stranger, counted(stranger))
    assert.deepEqual([verdict, [...takeBack]], [{ is: 'allowed' }, []])
  })

  it('does not count what it refuses as a failure of the account, but of the place', () => {
    const { verdict, takeBack } = judgeTry(
      'password',
      stranger,
      counted(stranger, { 'password:ada:strangers:burst': 11 }),
    )
    assert.deepEqual(verdict, { is: 'account' })
    assert.deepEqual(
      [...takeBack],
      ['password:ada:strangers:burst', 'password:ada:strangers:total'],
    )
  })

  it('keeps one address from using up what all share, and says once that it is used up', () => {
    const limit = 'address:2001:db8:1:2:0:0:0:0/64'
    const { verdict, takeBack } = judgeTry('password', stranger, counted(stranger, { [limit]: 51 }))
    assert.deepEqual(verdict, { is: 'place', limit, first: true })
    assert.deepEqual(
      [...takeBack].sort(),
      keys(stranger).filter((key) => key !== limit),
    )
    const again = judgeTry('password', stranger, counted(stranger, { [limit]: 52 }))
    assert.deepEqual(again.verdict, { is: 'place', limit, first: false })
    const network = 'network:2001:db8:1:0:0:0:0:0/48'
    const wider = judgeTry('password', stranger, counted(stranger, { [network]: 301 }))
    assert.equal(wider.takeBack.has(limit), false)
    assert.equal(wider.takeBack.has('everywhere'), true)
  })

  it('shows in the counters of places nothing about the account', () => {
    const busy = counted(stranger, { 'password:ada:strangers:total': 101 })
    assert.deepEqual(
      [...judgeTry('password', stranger, busy).takeBack].filter(isPlace),
      [...judgeTry('password', stranger, counted(stranger)).takeBack].filter(isPlace),
    )
  })

  it('opens the way of strangers again when the known device succeeds', () => {
    assert.deepEqual(Object.fromEntries(afterSuccess('password', known)), {
      'password:ada:laptop:burst': 'all',
      'password:ada:laptop:total': 'all',
      'password:ada:strangers:burst': 'all',
      'password:ada:strangers:total': 'all',
    })
    assert.equal(afterSuccess('code', stranger).get('code:ada:strangers:total'), 'all')
    assert.equal(afterSuccess('code', stranger).get('everywhere'), 1)
  })

  it('keeps tries of links apart from those of passwords', () => {
    const link = limitsOf('link', { ...stranger, account: '' }).map((limit) => limit.key)
    assert.ok(link.every((key) => key.startsWith('link-')))
  })

  it('takes many visits to providers from one place, and counts them apart', () => {
    const visit = limitsOf('visit', { ...stranger, account: '' })
    assert.ok(visit.every(({ key }) => key.startsWith('visit-')))
    assert.equal(visit.find(({ key }) => key.startsWith('visit-address:'))?.tries, 1000)
  })

  it('gives names that nobody has a bounded number of counters', () => {
    assert.equal(nobodysAccount(5), nobodysAccount(5 + 1024))
  })
})
