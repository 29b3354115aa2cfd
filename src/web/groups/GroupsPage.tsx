/**
 * Administration, groups: in their order, because of two that both decide something the first wins.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group as Row, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { UserGroup as Group } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { Window } from '../parts/Window.tsx'
import { MoveGroup } from './MoveGroup.tsx'

export function GroupsPage(): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  const groups = useQuery(reading('GET /groups'))
  return (
    <Page
      title={t`Groups`}
      actions={
        <ForAdministrators>
          <Button onClick={open}>
            <Trans>Create a group</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      <Text size="sm" c="dimmed" maw="44rem">
        <Trans>
          A group decides for its members what is not decided for one of them alone. Of two groups
          that both decide the same, the one that stands first wins.
        </Trans>
      </Text>
      <Loaded query={groups}>{(rows) => <GroupsTable rows={rows} />}</Loaded>
      <Window opened={opened} onClose={close} title={t`Create a group`}>
        <CreateGroup onCancel={close} />
      </Window>
    </Page>
  )
}

function GroupsTable({ rows }: { rows: readonly Group[] }): React.ReactNode {
  const { t } = useLingui()
  const mayChange = useMayChange()
  const columns: Column<Group>[] = [
    {
      key: 'position',
      title: t`Place`,
      sort: (row) => row.position,
      render: (row) => row.position,
    },
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/groups/$groupId"
          params={{ groupId: row.id } as never}
          fw={500}
          size="sm"
        >
          <Name of={row.name} />
        </Anchor>
      ),
    },
    {
      key: 'source',
      title: t`Comes from`,
      sort: (row) => row.providerName ?? '',
      render: (row) =>
        row.providerName === null ? <Trans>made here</Trans> : <Name of={row.providerName} />,
    },
    {
      key: 'members',
      title: t`Members`,
      sort: (row) => row.members,
      render: (row) => row.members,
    },
    {
      key: 'decisions',
      title: t`Settings decided`,
      sort: (row) => row.decisions,
      render: (row) => (row.decisions === 0 ? '–' : row.decisions),
    },
    ...(mayChange
      ? [
          {
            key: 'actions',
            title: t`Actions`,
            actions: true,
            render: (row: Group) => <MoveGroup group={row} of={rows.length} />,
          },
        ]
      : []),
  ]
  return (
    <LocalTable
      name="groups"
      label={t`Groups`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'position', order: 'asc' }}
      text={(row) => `${row.name} ${row.providerName ?? ''}`}
      empty={
        <Trans>
          There are none. Create one, add its members, and decide for them what is not as for
          everybody. Groups of identity providers appear here by themselves.
        </Trans>
      }
    />
  )
}

function CreateGroup({ onCancel }: { onCancel: () => void }): React.ReactNode {
  const { t } = useLingui()
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const create = useAction('POST /groups', ({ id }) =>
    navigate({ to: '/administration/groups/$groupId', params: { groupId: id } as never }),
  )
  const fault = useFaults(create.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ body: { name } })
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t`Name`}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault('name')}
        />
        <Failure problem={create.error} fields={['name']} />
        <Row justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={create.isPending}>
            <Trans>Create</Trans>
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
