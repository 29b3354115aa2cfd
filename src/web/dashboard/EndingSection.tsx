/**
 * What ends in the next 30 days, with the place where it is renewed.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Dashboard } from '../api/types.ts'
import { WhatEnds } from '../mail-accounts/WhatEnds.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { EndsAt } from '../parts/EndsAt.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { FORECAST_WORDS } from '../words/mail-accounts.ts'

type Ending = Dashboard['ending']
type Row = {
  key: string
  what: string
  /** What the table is sorted and filtered by. */
  name: string
  of: React.ReactNode
  endsAt: number
  modelled: boolean
}

export function EndingSection({ ending }: { ending: Ending }): React.ReactNode {
  const { t, i18n } = useLingui()
  const rows: Row[] = [
    ...ending.tokens.map((token) => ({
      key: `${token.what} ${token.id}`,
      what: i18n._(FORECAST_WORDS[token.what]),
      name: token.identifier,
      of: <WhatEnds row={token} />,
      endsAt: token.endsAt,
      modelled: !token.given,
    })),
    ...ending.appPasswords.map((password) => ({
      key: password.id,
      what: t`application password`,
      name: `${password.name} ${password.userName}`,
      of: <PasswordOf password={password} />,
      endsAt: password.endsAt,
      modelled: false,
    })),
  ]
  const columns: Column<Row>[] = [
    { key: 'what', title: t`What`, sort: (row) => row.what, render: (row) => row.what },
    { key: 'of', title: t`Of`, sort: (row) => row.name, render: (row) => row.of },
    {
      key: 'endsAt',
      title: t`Ends`,
      sort: (row) => row.endsAt,
      render: (row) => (
        <>
          <EndsAt at={row.endsAt} />
          {row.modelled && (
            <Text size="xs" c="dimmed">
              <Trans>model: if it is never used again</Trans>
            </Text>
          )}
        </>
      ),
    },
  ]
  return (
    <Section
      title={t`Ends in the next 30 days`}
      about={<Trans>And consent that is over: it waits for a person.</Trans>}
    >
      <LocalTable
        name="ending"
        label={t`Ends in the next 30 days`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        initial={{ by: 'endsAt', order: 'asc' }}
        text={(row) => `${row.what} ${row.name}`}
        empty={
          <Trans>
            Nothing: no token, client secret, certificate or application password ends in that time.
          </Trans>
        }
      />
      <More ending={ending} />
    </Section>
  )
}

function PasswordOf({ password }: { password: Ending['appPasswords'][number] }): React.ReactNode {
  return (
    <>
      <Name of={password.name} />
      <Text size="xs" c="dimmed" component="div">
        <Anchor
          component={Link}
          to="/administration/users/$userId"
          params={{ userId: password.userId } as never}
          inherit
        >
          <Name of={password.userName} />
        </Anchor>
      </Text>
    </>
  )
}

function More({ ending }: { ending: Ending }): React.ReactNode {
  const more = ending.appPasswordCount - ending.appPasswords.length
  if (more <= 0) return null
  return (
    <Text size="sm">
      <Anchor
        component={Link}
        to="/administration/users"
        search={{ sort: 'nextExpiry', order: 'asc' } as never}
        inherit
      >
        <Plural
          value={more}
          one="One more application password: users by the next that ends"
          other="# more application passwords: users by the next that ends"
        />
      </Anchor>
    </Text>
  )
}
