/**
 * The profile: who one is, how one signs in, what applies, the mailboxes, and the application
 * passwords with what is connected with them.
 */
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { AppPasswordsSection } from './AppPasswordsSection.tsx'
import { ConnectionsSection } from './ConnectionsSection.tsx'
import { DevicesSection } from './DevicesSection.tsx'
import { ExportSection } from './ExportSection.tsx'
import { IdentitySection } from './IdentitySection.tsx'
import { MailboxesSection } from './MailboxesSection.tsx'
import { OwnNotices } from './OwnNotices.tsx'
import { OwnSessionsSection } from './OwnSessionsSection.tsx'
import { PolicySection } from './PolicySection.tsx'
import { SignInSection } from './SignInSection.tsx'

export function ProfilePage(): React.ReactNode {
  const { t } = useLingui()
  const profile = useQuery(reading('GET /me'))
  const from = useQuery(reading('GET /me/identity'))
  return (
    <Page title={t`Profile`}>
      <Loaded query={profile}>
        {(me) => (
          <Loaded query={from}>
            {(identity) => (
              <>
                <OwnNotices />
                <IdentitySection me={me} identity={identity} />
                <SignInSection me={me} identity={identity} />
                <OwnSessionsSection />
                <DevicesSection />
                <PolicySection me={me} />
                <MailboxesSection me={me} identity={identity} />
                <AppPasswordsSection me={me} />
                <ConnectionsSection />
                <ExportSection />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}
