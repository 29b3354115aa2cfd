/**
 * Administration, notices: what people were told about their application passwords, and administrators
 * about mail accounts, and whether the mail went out.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { Notice } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { noticeText } from '../words/notices.ts'
import { Name } from '../parts/Name.tsx'

const MAIL_COLOURS: Record<Notice['mail'], string> = {
  off: 'gray',
  pending: 'yellow',
  sent: 'green',
  failed: 'red',
}

export function NoticesPage(): React.ReactNode {
  const { t } = useLingui()
  const notices = useQuery(reading('GET /notices'))
  return (
    <Page title={t`Notices`}>
      <Section
        title={t`To everybody`}
        about={
          <Trans>
            What people are told about their application passwords and sign-in, and administrators
            about mail accounts: by mail where the server sends mail, and always in the profile,
            until they put it away.
          </Trans>
        }
      >
        <Loaded query={notices}>{(rows) => <NoticesTable rows={rows} />}</Loaded>
      </Section>
    </Page>
  )
}

function NoticesTable({ rows }: { rows: readonly Notice[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const mail: Record<Notice['mail'], string> = {
    off: t`no mail`,
    pending: t`waiting`,
    sent: t`sent`,
    failed: t`failed`,
  }
  const columns: Column<Notice>[] = [
    {
      key: 'createdAt',
      title: t`When`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
    {
      key: 'userName',
      title: t`To`,
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
      key: 'kind',
      title: t`Notice`,
      sort: (row) => row.kind,
      render: (row) => noticeText(row, i18n),
    },
    {
      key: 'mail',
      title: t`Mail`,
      nowrap: true,
      sort: (row) => row.mail,
      render: (row) => (
        <Badge color={MAIL_COLOURS[row.mail]} variant="light">
          {mail[row.mail]}
        </Badge>
      ),
    },
  ]
  return (
    <LocalTable
      name="notices"
      label={t`Notices`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'createdAt', order: 'desc' }}
      text={(row) => `${row.userName} ${noticeText(row, i18n)}`}
      empty={
        <Trans>
          There are none. They appear when somebody creates an application password, or one is about
          to end.
        </Trans>
      }
    />
  )
}
