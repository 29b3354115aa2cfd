/**
 * Administration: one mail account: its tokens, Init. Token, tests, definition and time line.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { OAuthApplication } from '../api/types.ts'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { AccountDeeds } from './AccountDeeds.tsx'
import { Definition } from './Definition.tsx'
import { InitSection } from './InitSection.tsx'
import { MailboxSection } from './MailboxSection.tsx'
import { TimeLine } from './TimeLine.tsx'
import { TokensSection } from './TokensSection.tsx'

export function AccountPage(): React.ReactNode {
  const { t } = useLingui()
  const { accountId: id = '' } = useParams({ strict: false })
  const account = useQuery(reading('GET /mail-accounts/:id', { params: { id } }))
  const applications = useQuery(reading('GET /oauth-applications'))
  return (
    <Page title={account.data?.identifier ?? t`Mail account`}>
      <Loaded query={account}>
        {(found) => (
          <Loaded query={applications}>
            {(rows) => {
              const application = rows.find((one) => one.id === found.applicationId)
              return (
                <>
                  {application?.alarm && <ApplicationAlarm application={application} />}
                  <TokensSection account={found} alarm={application?.alarm ?? null} />
                  <ForAdministrators>
                    <InitSection account={found} application={application} />
                    <MailboxSection account={found} />
                  </ForAdministrators>
                  <Definition key={found.updatedAt} account={found} applications={rows} />
                  <ForAdministrators>
                    <AccountDeeds account={found} />
                  </ForAdministrators>
                  <TimeLine account={found} />
                </>
              )
            }}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}

/** One alarm for all accounts of an application: each says where it is mended. */
function ApplicationAlarm({ application }: { application: OAuthApplication }): React.ReactNode {
  return (
    application.alarm && (
      <Stack gap="xs">
        <Text size="sm" fw={500}>
          <Trans>
            The provider refuses the OAuth 2 application{' '}
            <Anchor
              component={Link}
              to="/administration/oauth-applications/$applicationId"
              params={{ applicationId: application.id } as never}
              inherit
              underline="always"
            >
              <Name of={application.identifier} />
            </Anchor>
            . Its tokens are kept; none can be refreshed until this is mended.
          </Trans>
        </Text>
        <DiagnosisView diagnosis={application.alarm} />
      </Stack>
    )
  )
}
