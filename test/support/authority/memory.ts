/**
 * What an authority of the tests remembers, and what becomes of a refresh token that was used.
 */
import type { Stored } from 'oidc-provider'

/** See TokenClass; `non_rotating` does not come here, because the token is never replaced. */
export type Rotation = 'stays_valid' | 'grace' | 'strict' | 'non_rotating'

export type Memory = {
  /** For `adapter` of oidc-provider. */
  readonly adapter: new (model: string) => object
  /** Everything of that person is over: refresh tokens, access tokens, consents. */
  revoke(accountId: string): void
  put(model: string, id: string, value: Stored): void
  count(model: string): number
}

/** @param graceMs how long a used refresh token is still taken where rotation is `grace` */
export function memory(rotation: Rotation, graceMs = 30_000): Memory {
  const all = new Map<string, Stored>()
  const names = new Map<string, string>()
  const usedAt = new Map<string, number>()

  class Adapter {
    readonly #model: string
    constructor(model: string) {
      this.#model = model
    }
    #key(id: string): string {
      return `${this.#model}:${id}`
    }
    async upsert(id: string, value: Stored): Promise<void> {
      all.set(this.#key(id), value)
      if (value.uid) names.set(`uid:${value.uid}`, this.#key(id))
      if (value.userCode) names.set(`code:${value.userCode}`, this.#key(id))
    }
    async find(id: string): Promise<Stored | undefined> {
      const key = this.#key(id)
      const used = usedAt.get(key)
      if (used !== undefined && Date.now() - used > graceMs) all.get(key)!['consumed'] = used / 1000
      return all.get(key)
    }
    async findByUid(uid: string): Promise<Stored | undefined> {
      return all.get(names.get(`uid:${uid}`) ?? '')
    }
    async findByUserCode(code: string): Promise<Stored | undefined> {
      return all.get(names.get(`code:${code}`) ?? '')
    }
    async destroy(id: string): Promise<void> {
      all.delete(this.#key(id))
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, value] of all) if (value['grantId'] === grantId) all.delete(key)
    }
    async consume(id: string): Promise<void> {
      const key = this.#key(id)
      if (this.#model === 'RefreshToken' && rotation === 'stays_valid') return
      if (this.#model === 'RefreshToken' && rotation === 'grace') {
        usedAt.getOrInsert(key, Date.now())
        return
      }
      all.get(key)!['consumed'] = Math.floor(Date.now() / 1000)
    }
  }

  return {
    adapter: Adapter,
    revoke: (accountId) => {
      for (const [key, value] of all)
        if (value['accountId'] === accountId && !key.startsWith('Client:')) all.delete(key)
    },
    put: (model, id, value) => void all.set(`${model}:${id}`, value),
    count: (model) => [...all.keys()].filter((key) => key.startsWith(`${model}:`)).length,
  }
}
