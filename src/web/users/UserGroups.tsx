/**
 * The groups that a user is in, and putting them into one or taking them out.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { User, UserGroup } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { isolated } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

export function UserGroups({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const mayChange = useMayChange()
  const groups = useQuery(reading('GET /users/:id/groups', { params: { id: user.id } }))
  const columns: Column<UserGroup>[] = [
    {
      key: 'position',
      title: t`Order`,
      sort: (row) => row.position,
      render: (row) => row.position,
    },
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => <Name of={row.name} />,
    },
    {
      key: 'source',
      title: t`Source`,
      sort: (row) => row.providerName ?? '',
      render: (row) =>
        row.providerName === null ? <Trans>made here</Trans> : <Name of={row.providerName} />,
    },
    ...(mayChange
      ? [
          {
            key: 'actions',
            title: t`Actions`,
            actions: true,
            render: (row: UserGroup) => <Leave user={user} group={row} />,
          },
        ]
      : []),
  ]
  return (
    <Section
      title={t`Groups`}
      about={
        <Trans>Of two groups that both decide something, the one that stands first wins.</Trans>
      }
    >
      <ForAdministrators>
        <Join user={user} joined={groups.data ?? []} />
      </ForAdministrators>
      <Loaded query={groups}>
        {(rows) => (
          <LocalTable
            name="groups"
            label={t`Groups`}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            initial={{ by: 'position', order: 'asc' }}
            text={(row) => row.name}
            empty={<Trans>This person is in no group.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}

function Join({ user, joined }: { user: User; joined: readonly UserGroup[] }): React.ReactNode {
  const { t } = useLingui()
  const [chosen, setChosen] = useState('')
  const all = useQuery(reading('GET /groups')).data ?? []
  const join = useAction('PUT /groups/:id/members/:userId', () => setChosen(''))
  const open = all.filter(
    ({ id, providerId }) => providerId === null && !joined.some((one) => one.id === id),
  )
  if (open.length === 0) return null
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        join.mutate({ params: { id: chosen, userId: user.id } })
      }}
    >
      <Group gap="xs" align="flex-end">
        <NativeSelect
          size="xs"
          label={t`Add to a group`}
          value={chosen}
          data={[
            { value: '', label: '' },
            ...open.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <Button
          size="xs"
          type="submit"
          variant="default"
          disabled={chosen === ''}
          loading={join.isPending}
        >
          <Trans>Add</Trans>
        </Button>
      </Group>
      <Failure problem={join.error} />
    </form>
  )
}

function Leave({ user, group }: { user: User; group: UserGroup }): React.ReactNode {
  const { t } = useLingui()
  if (group.providerId !== null) return null
  return (
    <Dangerous
      label={<Trans>Take out</Trans>}
      name={`${t`Take out`}: ${isolated(group.name)}`}
      title={t`Take out of a group`}
      deed={t`Take out`}
      run={() =>
        call('DELETE /groups/:id/members/:userId', {
          params: { id: group.id, userId: user.id },
        })
      }
    >
      <Text size="sm">
        <Trans>
          What <Name of={group.name} /> decides no longer applies to <Name of={user.name} />.
        </Trans>
      </Text>
    </Dangerous>
  )
}
