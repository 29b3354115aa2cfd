/**
 * Programs that still send an application password that has ended, the longest dead first.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Dashboard } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { clientName, GATEWAY_WORDS } from '../words/applications.ts'

type Row = Dashboard['stale'][number]

export function StaleSection({ stale }: { stale: readonly Row[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<Row>[] = [
    {
      key: 'client',
      title: t`Program`,
      sort: (row) => clientName(row, i18n),
      render: (row) => (
        <>
          <Name of={clientName(row, i18n)} />
          <Text size="xs" c="dimmed">
            <Trans>
              {i18n._(GATEWAY_WORDS[row.gateway])}, from <Name of={row.ip} />
            </Trans>
          </Text>
        </>
      ),
    },
    {
      key: 'person',
      title: t`Person`,
      sort: (row) => row.userName,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/users/$userId"
          params={{ userId: row.userId } as never}
          size="sm"
        >
          <Name of={row.userName} />
        </Anchor>
      ),
    },
    {
      key: 'password',
      title: t`Application password`,
      sort: (row) => row.endedAt,
      render: (row) => (
        <>
          <Name of={row.name} />
          <Text size="xs" c="dimmed">
            {row.ended === 'revoked' ? (
              <Trans>
                deleted <Ago at={row.endedAt} />
              </Trans>
            ) : (
              <Trans>
                ended <Ago at={row.endedAt} />
              </Trans>
            )}
          </Text>
        </>
      ),
    },
    {
      key: 'uses',
      title: t`Sent`,
      sort: (row) => row.lastAt,
      render: (row) => (
        <>
          <Plural value={row.uses} one="# time" other="# times" />
          <Text size="xs" c="dimmed">
            <Trans>
              last <Ago at={row.lastAt} />
            </Trans>
          </Text>
        </>
      ),
    },
  ]
  return (
    <Section
      title={t`Programs that still send an ended password`}
      about={
        <Trans>
          In the last 7 days. The person creates a new application password in the profile and types
          it into the program, or takes the program out of use.
        </Trans>
      }
    >
      <LocalTable
        name="stale"
        label={t`Programs that still send an ended password`}
        columns={columns}
        rows={stale}
        rowKey={(row) => `${row.appPasswordId} ${row.gateway} ${row.ip} ${row.client}`}
        initial={{ by: 'password', order: 'asc' }}
        text={(row) => `${clientName(row, i18n)} ${row.ip} ${row.userName} ${row.name}`}
        empty={<Trans>No program sends one.</Trans>}
      />
    </Section>
  )
}
