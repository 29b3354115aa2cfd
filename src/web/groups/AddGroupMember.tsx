/**
 * Puts a person into a group: searched by name or e-mail.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group as Row, Select, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { UserGroup as Group } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { isolated } from '../parts/moments.ts'

const OFFERED = 20
const TYPING_MS = 250

export function AddGroupMember({ group }: { group: Group }): React.ReactNode {
  const { t } = useLingui()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, TYPING_MS)
  const [userId, setUserId] = useState<string | null>(null)
  const found = useQuery({
    ...reading('GET /users', { query: { search, size: OFFERED } }),
    placeholderData: keepPreviousData,
  })
  const add = useAction('PUT /groups/:id/members/:userId', () => {
    setUserId(null)
    setTyped('')
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (userId) add.mutate({ params: { id: group.id, userId } })
      }}
    >
      <Stack gap="xs">
        <Row gap="xs" align="flex-end">
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
            data={(found.data?.rows ?? []).map((user) => ({
              value: user.id,
              label: `${isolated(user.name)} (${isolated(user.email)})`,
            }))}
            nothingFoundMessage={t`Nobody fits.`}
          />
          <Button type="submit" disabled={userId === null} loading={add.isPending}>
            <Trans>Add</Trans>
          </Button>
        </Row>
        <Failure problem={add.error} />
      </Stack>
    </form>
  )
}
