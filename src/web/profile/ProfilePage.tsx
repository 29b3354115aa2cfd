/**
 * The profile: who one is, how one signs in, the mailboxes, and the application passwords with what
 * is connected with them.
 */
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { AppPasswordsSection } from './AppPasswordsSection.tsx'
import { ConnectionsSection } from './ConnectionsSection.tsx'
import { IdentitySection } from './IdentitySection.tsx'
import { MailboxesSection } from './MailboxesSection.tsx'
import { OwnNotices } from './OwnNotices.tsx'
import { OwnSessionsSection } from './OwnSessionsSection.tsx'
import { SignInSection } from './SignInSection.tsx'

export function ProfilePage(): React.ReactNode {
  const { t } = useLingui()
  const profile = useQuery(reading('GET /me'))
  return (
    <Page title={t`Profile`}>
      <Loaded query={profile}>
        {(me) => (
          <>
            <OwnNotices />
            <IdentitySection me={me} />
            <SignInSection me={me} />
            <OwnSessionsSection />
            <MailboxesSection me={me} />
            <AppPasswordsSection me={me} />
            <ConnectionsSection />
          </>
        )}
      </Loaded>
    </Page>
  )
}
