/**
 * A one-time link: says what it is for, and takes what it needs. The token is in the fragment of the
 * address, which browsers send to no server, so that no log has it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Divider, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link as PageLink, useLocation } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import { reading } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import type { Link } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { SmallPage } from '../parts/SmallPage.tsx'
import { ProviderButtons } from '../sign-in/ProviderButtons.tsx'
import { ProviderOutcomeView } from '../sign-in/ProviderOutcomeView.tsx'
import { providerOutcome } from '../words/provider-outcomes.ts'
import { LinkForm } from './LinkForm.tsx'
import { Name } from '../parts/Name.tsx'

export function LinkPage(): React.ReactNode {
  const { hash } = useLocation()
  return providerOutcome(hash) === null ? <Inspected token={hash} /> : <Returned />
}

/** Back from the provider, where it did not work: the token was in the address and is gone. */
function Returned(): React.ReactNode {
  const { t } = useLingui()
  return (
    <SmallPage title={t`One-time link`}>
      <ProviderOutcomeView />
      <Text size="sm">
        <Trans>To try again, open the link that you were sent once more.</Trans>
      </Text>
      <ToSignIn />
    </SmallPage>
  )
}

function ToSignIn(): React.ReactNode {
  return (
    <Anchor component={PageLink} to="/sign-in" size="sm">
      <Trans>Go to the sign-in page</Trans>
    </Anchor>
  )
}

function Inspected({ token }: { token: string }): React.ReactNode {
  const { t } = useLingui()
  const link = useQuery<Link, ApiProblem>({
    queryKey: ['POST /links/inspect', token],
    queryFn: () => call('POST /links/inspect', { body: { token } }),
    // Inspected again after it was used, it would look dead under the form that just used it.
    staleTime: Infinity,
    retry: false,
  })
  if (link.data) return <LiveLink link={link.data} token={token} />
  return (
    <SmallPage title={t`One-time link`}>
      {link.error ? <Failure problem={link.error} /> : <Loader size="sm" aria-hidden />}
      {link.error && <ToSignIn />}
    </SmallPage>
  )
}

function LiveLink({ link, token }: { link: Link; token: string }): React.ReactNode {
  const { t } = useLingui()
  const titles: Record<Link['kind'], string> = {
    first_administrator: t`Set up the first administrator`,
    recover_administrator: t`Set up a new administrator`,
    invitation: t`Welcome`,
    password_reset: t`Set a new password`,
  }
  return (
    <SmallPage title={titles[link.kind]} about={<About link={link} />}>
      <SignedInNote />
      <LinkForm link={link} token={token} />
      {TIES.includes(link.kind) && <AtProvider token={token} />}
    </SmallPage>
  )
}

/** Links to a person who is known already: the person can come from a provider from then on. */
const TIES: readonly Link['kind'][] = ['invitation', 'password_reset']

function AtProvider({ token }: { token: string }): React.ReactNode {
  const offers = useQuery({ ...reading('GET /sign-in'), staleTime: Infinity }).data
  if (!offers || offers.providers.length === 0) return null
  return (
    <>
      <Divider label={<Trans>or</Trans>} />
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          <Trans>
            Sign in with the account that you have already, from now on. No password is needed here.
          </Trans>
        </Text>
        <ProviderButtons providers={offers.providers} link={token} />
      </Stack>
    </>
  )
}

function About({ link }: { link: Link }): React.ReactNode {
  if (link.kind === 'first_administrator')
    return (
      <Trans>
        This person will manage users, policy and shared folders. The link works once; keep this
        page open until you are done.
      </Trans>
    )
  if (link.kind === 'recover_administrator')
    return <Trans>The operator of this server made this link. It works once.</Trans>
  return (
    <Trans>
      Choose the password with which <Name of={link.userName} /> signs in on these pages. The link
      works once.
    </Trans>
  )
}

/** Whoever opens somebody else's link in their own browser should know whom they will be. */
function SignedInNote(): React.ReactNode {
  const user = useQuery(sessionReading()).data?.user
  if (!user) return null
  return (
    <Alert color="yellow">
      <Trans>
        You are signed in as <Name of={user.name} />. Going on signs you out, and in as the person
        whom this link is for.
      </Trans>
    </Alert>
  )
}
