/**
 * Trying the mailbox: a test message, and the newest of the inbox.
 */
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Inbox, MailAccount } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { DataTable } from '../parts/DataTable.tsx'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

export function MailboxSection({ account }: { account: MailAccount }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: account.id }
  const [to, setTo] = useState(account.email)
  const send = useAction('POST /mail-accounts/:id/test-message')
  const read = useAction('POST /mail-accounts/:id/inbox')
  const fault = useFaults(send.error)
  if (account.state === 'new' || account.state === 'disabled') return null
  return (
    <Section title={t`Try the mailbox`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate({ params, body: { to } })
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t`Test message to`}
            w={{ base: '100%', xs: '20rem' }}
            type="email"
            required
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            error={fault('to')}
          />
          <Button type="submit" variant="default" loading={send.isPending}>
            <Trans>Send a test message</Trans>
          </Button>
          <Button
            variant="default"
            loading={read.isPending}
            onClick={() => read.mutate({ params })}
          >
            <Trans>Read the inbox</Trans>
          </Button>
        </Group>
      </form>
      <Failure problem={send.error ?? read.error} words={NO_TOKEN} fields={['to']} />
      {send.data && <Answered answer={send.data} good={t`The mail server took the message.`} />}
      {read.data && (
        <Stack gap="xs">
          <Answered answer={read.data} good={t`The inbox was read. Messages: ${read.data.total}`} />
          {read.data.ok && <Messages inbox={read.data} />}
        </Stack>
      )}
    </Section>
  )
}

const NO_TOKEN = {
  conflict: {
    what: msg`The mailbox cannot be tried now.`,
    todo: msg`There is no token that works, or the application names no mail servers. See the state above, and the hosts of the application.`,
  },
}

type AnsweredProps = { answer: Pick<Inbox, 'ok' | 'said' | 'diagnosis'>; good: string }

function Answered({ answer, good }: AnsweredProps): React.ReactNode {
  return (
    <Stack gap="xs" component="output">
      {!answer.ok && answer.diagnosis && <DiagnosisView diagnosis={answer.diagnosis} />}
      {answer.ok && (
        <Alert color="green">
          <Text size="sm" fw={600}>
            {good}
          </Text>
        </Alert>
      )}
      {answer.said !== '' && (
        <Text size="sm" c="dimmed">
          <Trans>
            The mail server: <span translate="no">{answer.said}</span>
          </Trans>
        </Text>
      )}
    </Stack>
  )
}

function Messages({ inbox }: { inbox: Inbox }): React.ReactNode {
  const { t } = useLingui()
  const columns: Column<Inbox['messages'][number]>[] = [
    { key: 'from', title: t`From`, render: (row) => <Name of={row.from} /> },
    { key: 'subject', title: t`Subject`, render: (row) => <Name of={row.subject} /> },
    { key: 'at', title: t`When`, render: (row) => (row.at === null ? '—' : <Ago at={row.at} />) },
  ]
  return (
    <DataTable
      label={t`Inbox`}
      columns={columns}
      rows={inbox.messages}
      rowKey={(row) => String(row.uid)}
      empty={<Trans>The inbox is empty.</Trans>}
    />
  )
}
