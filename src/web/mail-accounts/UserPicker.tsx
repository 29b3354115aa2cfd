/**
 * Picks the users who may use a mail account: the server searches, by name or e-mail, so that
 * everybody of a large organisation is found.
 */
import { useLingui } from '@lingui/react/macro'
import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading } from '../api/query.ts'
import type { MailAccount } from '../api/types.ts'
import { isolated } from '../parts/moments.ts'

const OFFERED = 20
const TYPING_MS = 250

type Props = {
  /** Those whose names are known before anything is searched. */
  known: MailAccount['users']
  value: readonly string[]
  onChange: (userIds: string[]) => void
  error: string | undefined
}

export function UserPicker({ known, value, onChange, error }: Props): React.ReactNode {
  const { t } = useLingui()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, TYPING_MS)
  const [picked, setPicked] = useState(() => new Map(known.map((one) => [one.userId, one.name])))
  const found = useQuery({
    ...reading('GET /users', { query: { search, size: OFFERED } }),
    placeholderData: keepPreviousData,
  })
  const rows = found.data?.rows ?? []
  const offered = rows.filter(({ id }) => !value.includes(id))
  return (
    <MultiSelect
      label={t`Users who may use it`}
      placeholder={t`Name or e-mail`}
      searchable
      clearable
      hidePickedOptions
      value={[...value]}
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched; what is typed may be in the e-mail address only.
      filter={({ options }) => options}
      data={[
        ...value.map((id) => ({ value: id, label: picked.get(id) ?? id })),
        ...offered.map(({ id, name, email }) => ({
          value: id,
          label: `${isolated(name)} (${isolated(email)})`,
        })),
      ]}
      nothingFoundMessage={t`Nobody else fits.`}
      onChange={(userIds) => {
        const names = rows.map(({ id, name }) => [id, name] as const)
        setPicked(new Map([...picked, ...names.filter(([id]) => userIds.includes(id))]))
        setTyped('')
        onChange(userIds)
      }}
      error={error}
    />
  )
}
