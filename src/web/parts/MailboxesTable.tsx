/**
 * A person's mailboxes as a table, for the person and for the administrator.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Group, Text } from '@mantine/core'
import type { Mailbox } from '../api/types.ts'
import { AccountStateBadge } from '../mail-accounts/AccountStateBadge.tsx'
import { whatHappened } from '../words/causes.ts'
import type { MailboxWords } from '../words/mailboxes.ts'
import type { Column } from './DataTable.tsx'
import { LocalTable } from './LocalTable.tsx'
import { Name } from './Name.tsx'

type Props = {
  rows: readonly Mailbox[]
  label: string
  words: MailboxWords
  renderName?: (row: Mailbox) => React.ReactNode
  renderActions?: (row: Mailbox) => React.ReactNode
  empty: React.ReactNode
}

export function MailboxesTable(props: Props): React.ReactNode {
  const { t } = useLingui()
  const { renderName = (row) => <Name of={row.email} />, renderActions } = props
  const columns: Column<Mailbox>[] = [
    {
      key: 'email',
      title: t`Mailbox`,
      sort: (row) => row.email,
      render: (row) => (
        <>
          <Group gap={6}>
            <Text size="sm" fw={500}>
              {renderName(row)}
            </Text>
            <Marks row={row} several={props.rows.length > 1} />
          </Group>
          {row.designation !== '' && (
            <Text size="xs" c="dimmed">
              <Name of={row.designation} />
            </Text>
          )}
          {row.shared && row.signInAs !== null && (
            <Text size="xs" c="dimmed">
              <Trans>
                Opened at the provider as <Name of={row.signInAs} />
              </Trans>
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'state',
      title: t`State`,
      sort: (row) => row.state,
      render: (row) => <State row={row} words={props.words} />,
    },
    ...(renderActions
      ? [{ key: 'actions', title: t`Actions`, actions: true, render: renderActions }]
      : []),
  ]
  return (
    <LocalTable
      name="mailboxes"
      label={props.label}
      columns={columns}
      rows={props.rows}
      rowKey={(row) => row.id}
      initial={{ by: 'email', order: 'asc' }}
      text={(row) => `${row.email} ${row.designation}`}
      empty={props.empty}
    />
  )
}

function Marks({ row, several }: { row: Mailbox; several: boolean }): React.ReactNode {
  return (
    <>
      {several && row.isDefault && (
        <Badge variant="light">
          <Trans>default</Trans>
        </Badge>
      )}
      {row.shared && (
        <Badge variant="default">
          <Trans>shared</Trans>
        </Badge>
      )}
    </>
  )
}

function State({ row, words }: Pick<Props, 'words'> & { row: Mailbox }): React.ReactNode {
  const { i18n } = useLingui()
  const { state, diagnosis } = row
  // Where only the owner can help, the words of the state say so.
  const who = diagnosis && (state === 'degraded' || diagnosis.who !== 'owner') && diagnosis.who
  return (
    <>
      <AccountStateBadge account={row} />
      {diagnosis && (
        <Text size="xs" mt={2}>
          {whatHappened(diagnosis, i18n)}{' '}
          {diagnosis.code !== null && (
            <Text span inherit c="dimmed" translate="no">
              ({diagnosis.code})
            </Text>
          )}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={2}>
        {i18n._(words.state[state])}{' '}
        {who && who !== 'nobody' && <Trans>Can be mended by: {i18n._(words.who[who])}.</Trans>}
      </Text>
      {!row.usable && (
        <Text size="xs" c="dimmed" mt={2}>
          {i18n._(words.notUsable)}
        </Text>
      )}
    </>
  )
}
