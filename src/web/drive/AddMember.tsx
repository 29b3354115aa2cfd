/**
 * Adds a member to a shared folder: a person is searched by name or e-mail.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, Select, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { SharedFolder } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { isolated } from '../parts/moments.ts'
import { useAccessWords, type FolderAccess } from './access.ts'

const OFFERED = 20
const TYPING_MS = 250

export function AddMember({ folder }: { folder: SharedFolder }): React.ReactNode {
  const { t } = useLingui()
  const words = useAccessWords()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, TYPING_MS)
  const [userId, setUserId] = useState<string | null>(null)
  const [access, setAccess] = useState<FolderAccess>('write')
  const found = useQuery({
    ...reading('GET /users', { query: { search, size: OFFERED } }),
    placeholderData: keepPreviousData,
  })
  const add = useAction('PUT /shared-folders/:id/members/:userId', () => {
    setUserId(null)
    setTyped('')
  })
  const members = new Set(folder.members.map((member) => member.userId))
  const offered = (found.data?.rows ?? []).filter(({ id }) => !members.has(id))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (userId) add.mutate({ params: { id: folder.id, userId }, body: { access } })
      }}
    >
      <Stack gap="xs">
        <Group gap="xs" align="flex-end">
          <Select
            label={t`Person`}
            placeholder={t`Name or e-mail`}
            searchable
            clearable
            w={{ base: '100%', xs: '18rem' }}
            value={userId}
            onChange={setUserId}
            searchValue={typed}
            onSearchChange={setTyped}
            // The server has searched; what is typed may be in the e-mail address only.
            filter={({ options }) => options}
            data={offered.map((user) => ({
              value: user.id,
              label: `${isolated(user.name)} (${isolated(user.email)})`,
            }))}
            nothingFoundMessage={t`Nobody fits who is not a member yet.`}
          />
          <NativeSelect
            label={t`Access`}
            value={access}
            data={Object.entries(words).map(([value, label]) => ({ value, label }))}
            onChange={(event) => setAccess(event.currentTarget.value as FolderAccess)}
          />
          <Button type="submit" disabled={userId === null} loading={add.isPending}>
            <Trans>Add</Trans>
          </Button>
        </Group>
        <Failure problem={add.error} />
      </Stack>
    </form>
  )
}
