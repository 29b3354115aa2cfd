/**
 * Which users are selected: one by one, over several pages, or all that match but for some.
 */
import { useState } from 'react'
import type { BodyIn } from '#api/contract.ts'
import type { UserFilter } from './users-query.ts'

type Chosen = { readonly all: boolean; readonly ids: ReadonlySet<string> }
/** Who is meant, as the API takes it. */
export type Selected = Pick<BodyIn<'POST /users/bulk'>, 'ids' | 'all' | 'except' | keyof UserFilter>

export type Selection = {
  readonly count: number
  readonly all: boolean
  has(id: string): boolean
  /** Selects these, or takes them out. */
  set(ids: readonly string[], selected: boolean): void
  selectAll(): void
  clear(): void
  readonly sent: Selected
}

const NOBODY: Chosen = { all: false, ids: new Set() }

/** Another filter begins with nobody. `total`: how many match. */
export function useSelection(filter: UserFilter, total: number): Selection {
  const key = JSON.stringify(filter)
  const [kept, setKept] = useState({ key, chosen: NOBODY })
  const { all, ids } = kept.key === key ? kept.chosen : NOBODY
  const choose = (chosen: Chosen): void => setKept({ key, chosen })
  return {
    count: all ? Math.max(0, total - ids.size) : ids.size,
    all,
    has: (id) => ids.has(id) !== all,
    set: (some, selected) =>
      choose({
        all,
        ids: selected === all ? ids.difference(new Set(some)) : ids.union(new Set(some)),
      }),
    selectAll: () => choose({ all: true, ids: new Set() }),
    clear: () => choose(NOBODY),
    // `ids` are those that are in, or where all are, those that are not.
    sent: all ? { all: true, except: [...ids], ...filter } : { ids: [...ids] },
  }
}
