/**
 * Shared folders: every member sees them beside Home.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { SharedFolder } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { Ago } from '../parts/Ago.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { size } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { Window } from '../parts/Window.tsx'
import { Name } from '../parts/Name.tsx'

export function FoldersSection(): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  const folders = useQuery(reading('GET /shared-folders'))
  return (
    <Section
      title={t`Shared folders`}
      about={<Trans>Members see them in their drive, beside their own folder Home.</Trans>}
      actions={
        <ForAdministrators>
          <Button onClick={open}>
            <Trans>Create a shared folder</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      <Loaded query={folders}>{(rows) => <FoldersTable rows={rows} />}</Loaded>
      <Window opened={opened} onClose={close} title={t`Create a shared folder`}>
        <CreateFolder onCancel={close} />
      </Window>
    </Section>
  )
}

function FoldersTable({ rows }: { rows: readonly SharedFolder[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<SharedFolder>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/drive/$folderId"
          params={{ folderId: row.id } as never}
          fw={500}
          size="sm"
        >
          <Name of={row.name} />
        </Anchor>
      ),
    },
    {
      key: 'members',
      title: t`Members`,
      sort: (row) => row.members.length,
      render: (row) => row.members.length,
    },
    {
      key: 'usedBytes',
      title: t`Size`,
      sort: (row) => row.usedBytes,
      render: (row) => size(row.usedBytes, i18n.locale),
    },
    {
      key: 'createdAt',
      title: t`Created`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
  ]
  return (
    <LocalTable
      name="folders"
      label={t`Shared folders`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'name', order: 'asc' }}
      text={(row) => row.name}
      empty={<Trans>There are none. Create one, then add the members who may use it.</Trans>}
    />
  )
}

function CreateFolder({ onCancel }: { onCancel: () => void }): React.ReactNode {
  const { t } = useLingui()
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const create = useAction('POST /shared-folders', ({ id }) =>
    navigate({ to: '/administration/drive/$folderId', params: { folderId: id } as never }),
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
          description={t`As members see it in their drive.`}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault('name')}
        />
        <Failure problem={create.error} fields={['name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={create.isPending}>
            <Trans>Create</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
