/**
 * Signing in: a name, then what that name uses; or a provider, or a passkey.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import type { SignInOffers } from '../api/types.ts'
import { SmallPage } from '../parts/SmallPage.tsx'
import { NameForm } from './NameForm.tsx'
import { OtherWays } from './OtherWays.tsx'
import { ProviderOutcomeView } from './ProviderOutcomeView.tsx'
import { useWay } from './way.ts'

/** What every server can do, where it cannot be asked what else. */
const NAME_ALONE = { providers: [], passkeys: false, domains: false }

export function SignInPage(): React.ReactNode {
  const { t } = useLingui()
  const setUpOpen = useQuery(sessionReading()).data?.setUpOpen ?? false
  const asked = useQuery({ ...reading('GET /sign-in'), staleTime: Infinity })
  const offers = asked.data ?? (asked.isError ? NAME_ALONE : null)
  return (
    <SmallPage title={t`Sign in`}>
      <ProviderOutcomeView />
      {setUpOpen && (
        <Alert color="water" title={t`No administrator has been set up yet`}>
          <Trans>
            Open the link that Passerelle printed when it started: it sets up the first
            administrator.
          </Trans>
        </Alert>
      )}
      {offers ? <Ways offers={offers} /> : <Loader size="sm" aria-hidden />}
    </SmallPage>
  )
}

function Ways({ offers }: { offers: SignInOffers }): React.ReactNode {
  const [name, setName] = useState('')
  const found = useWay(offers, name)
  return (
    <>
      <NameForm offers={offers} name={name} onName={setName} {...found} />
      <OtherWays offers={offers} led={found.way?.provider?.id} name={name} />
    </>
  )
}
