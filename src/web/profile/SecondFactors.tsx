/**
 * The own second factors: add, name, remove, last used.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { Profile, SecondFactor } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { isolated } from '../parts/moments.ts'
import { Rename } from '../parts/Rename.tsx'
import { FACTOR_WORDS } from '../words/people.ts'
import { Name } from '../parts/Name.tsx'

export function SecondFactors({ me }: { me: Profile }): React.ReactNode {
  const { t } = useLingui()
  const factors = useQuery(reading('GET /me/second-factors'))
  const off = me.policy.secondFactor === 'off'
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>
          <Trans>Second factors</Trans>
        </Title>
        {!off && (
          <Button
            size="xs"
            variant="default"
            component={Link}
            to="/profile/add-second-factor"
            aria-label={t`Add a second factor`}
          >
            <Trans>Add</Trans>
          </Button>
        )}
      </Group>
      <Loaded query={factors}>
        {(rows) => <FactorsTable rows={rows} off={off} kinds={kindsTaken(me)} />}
      </Loaded>
    </Stack>
  )
}

/** The kinds that policy takes. */
const kindsTaken = ({ decisions }: Profile): readonly string[] => {
  const value = decisions.find(({ name }) => name === 'second_factor_kinds')?.value
  return Array.isArray(value) ? value : []
}

type TableProps = { rows: readonly SecondFactor[]; off: boolean; kinds: readonly string[] }

function FactorsTable({ rows, off, kinds }: TableProps): React.ReactNode {
  const { t, i18n } = useLingui()
  const rename = useAction('PATCH /me/second-factors/:id')
  const columns: Column<SecondFactor>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Rename
          name={row.name}
          label={t`Name`}
          save={(name) => rename.mutateAsync({ params: { id: row.id }, body: { name } })}
        />
      ),
    },
    {
      key: 'kind',
      title: t`Method`,
      sort: (row) => i18n._(FACTOR_WORDS[row.kind]),
      render: (row) => (
        <>
          {i18n._(FACTOR_WORDS[row.kind])}{' '}
          {!kinds.includes(row.kind) && (
            <Badge color="yellow" variant="light">
              <Trans>no longer suffices</Trans>
            </Badge>
          )}
          {row.destination !== null && row.destination !== row.name && (
            <Text size="xs" c="dimmed">
              <Name of={row.destination} />
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'createdAt',
      title: t`Set up`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
    {
      key: 'lastUsedAt',
      title: t`Last used`,
      sort: (row) => row.lastUsedAt ?? 0,
      render: (row) => (row.lastUsedAt === null ? t`never` : <Ago at={row.lastUsedAt} />),
    },
    { key: 'actions', title: t`Actions`, actions: true, render: (row) => <Remove row={row} /> },
  ]
  return (
    <LocalTable
      name="factors"
      label={t`Second factors`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'createdAt', order: 'asc' }}
      text={(row) => row.name}
      empty={
        off ? (
          <Trans>Your administrator has switched second factors off.</Trans>
        ) : (
          <Trans>
            You have none: your password alone opens your account. Add one, so that it does not.
          </Trans>
        )
      }
    />
  )
}

function Remove({ row }: { row: SecondFactor }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Remove</Trans>}
      name={`${t`Remove`}: ${isolated(row.name)}`}
      title={t`Remove a second factor`}
      deed={t`Remove it`}
      run={() => call('DELETE /me/second-factors/:id', { params: { id: row.id } })}
    >
      <Text size="sm">
        <Trans>
          <Name of={row.name} /> is no longer accepted when you sign in. If it is your only second
          factor, your recovery codes end as well.
        </Trans>
      </Text>
    </Dangerous>
  )
}
