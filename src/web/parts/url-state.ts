/**
 * What a page shows (filters, order, page) lives in its address, so that it can be kept, sent and
 * gone back to.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

export type UrlState = Readonly<Record<string, string | undefined>>

/** The values in the address, and a way to change some of them; an empty one leaves the address. */
export function useUrlState(): [UrlState, (patch: UrlState) => void] {
  const state = useSearch({ strict: false }) as UrlState
  const navigate = useNavigate()
  const change = (patch: UrlState): void =>
    void navigate({
      to: '.',
      search: ((old: UrlState) => ({ ...old, ...patch })) as never,
      replace: true,
      resetScroll: false,
    })
  return [state, change]
}

const TYPING_MS = 250

/** For a text field: what is being typed at once, the address when typing pauses. */
export function useTypedUrlState(
  name: string,
  also: UrlState = {},
): [string, (text: string) => void] {
  const [state, change] = useUrlState()
  const said = state[name] ?? ''
  const [field, setField] = useState({ text: said, said, sent: said })
  // The address has changed: by this field, which may be ahead of it already, or by something else,
  // which the field follows.
  if (said !== field.said)
    setField({ ...field, said, ...(said === field.sent ? {} : { text: said, sent: said }) })
  const later = useDebouncedCallback((text: string) => {
    setField((now) => ({ ...now, sent: text }))
    change({ ...also, [name]: text })
  }, TYPING_MS)
  const type = (text: string): void => {
    setField({ ...field, text })
    later(text)
  }
  return [field.text, type]
}

export type Sorting = { by: string; order: 'asc' | 'desc' }

/** The order of one table: `prefix` tells the tables of a page apart. */
export function useSorting(prefix: string, initial: Sorting): [Sorting, (by: string) => void] {
  const [state, change] = useUrlState()
  const [sortName, orderName] = [`${prefix}sort`, `${prefix}order`]
  const sorting: Sorting = {
    by: state[sortName] ?? initial.by,
    order: (state[orderName] ?? initial.order) === 'desc' ? 'desc' : 'asc',
  }
  const sortBy = (by: string): void =>
    change({
      [sortName]: by,
      [orderName]: by === sorting.by && sorting.order === 'asc' ? 'desc' : 'asc',
    })
  return [sorting, sortBy]
}
