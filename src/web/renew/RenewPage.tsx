/**
 * The owner's link: what it is for, the way to the provider, and what became of it. The owner needs
 * no account here; the token is in the fragment, which reaches no server log.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import { useAction } from '../api/query.ts'
import { Failure } from '../parts/Failure.tsx'
import { moment } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { SmallPage } from '../parts/SmallPage.tsx'

/** Tokens are longer than any of the words with which the provider's answer comes back. */
const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

export function RenewPage(): React.ReactNode {
  const { hash } = useLocation()
  return isToken(hash) ? <OwnersLink token={hash} /> : <Outcome word={hash} />
}

function OwnersLink({ token }: { token: string }): React.ReactNode {
  const { t, i18n } = useLingui()
  const link = useQuery<Awaited<ReturnType<typeof inspect>>, ApiProblem>({
    queryKey: ['POST /token-inits/inspect', token],
    queryFn: () => inspect(token),
    staleTime: Infinity,
    retry: false,
  })
  const start = useAction('POST /token-inits/start', ({ url }) => window.location.assign(url))
  if (!link.data)
    return (
      <SmallPage title={t`Connect a mailbox`}>
        {link.error ? <Failure problem={link.error} /> : <Loader size="sm" aria-hidden />}
      </SmallPage>
    )
  const { email, provider, signInAs, expiresAt } = link.data
  return (
    <SmallPage
      title={t`Connect a mailbox`}
      about={
        <Trans>
          Your administrator asks you to connect the mailbox <Name of={email} />. You sign in at{' '}
          {provider}, never here: this server gets no password of yours.
        </Trans>
      }
    >
      <Text size="sm">
        {signInAs === null ? (
          <Trans>
            Sign in there as yourself. Your administrator then confirms that you may open this
            mailbox.
          </Trans>
        ) : (
          <Trans>
            Sign in there as <Name of={signInAs} />.
          </Trans>
        )}{' '}
        <Trans>The link works until {moment(expiresAt, i18n.locale)}.</Trans>
      </Text>
      <Failure problem={start.error} />
      <Button loading={start.isPending} onClick={() => start.mutate({ body: { token } })}>
        <Trans>Go to {provider}</Trans>
      </Button>
    </SmallPage>
  )
}

const inspect = (token: string) => call('POST /token-inits/inspect', { body: { token } })

function Outcome({ word }: { word: string }): React.ReactNode {
  const { t } = useLingui()
  const said: Record<string, { title: string; about: string }> = {
    done: {
      title: t`The mailbox is connected`,
      about: t`You can close this page. Nothing more has to be done.`,
    },
    confirm: {
      title: t`Almost done`,
      about: t`Your administrator still has to confirm that you may open this mailbox. You can close this page.`,
    },
    wrong_person: {
      title: t`Somebody else signed in`,
      about: t`The provider says that another person signed in than the mailbox belongs to. Nothing was stored. Sign out there, or take a private window, then open your link once more.`,
    },
    missing_scopes: {
      title: t`Something was not allowed`,
      about: t`The provider did not grant everything that is needed. Nothing was stored. Open your link once more, and allow everything that is asked for.`,
    },
  }
  const { title, about } = said[word] ?? {
    title: t`This did not work`,
    about: t`The sign-in at the provider came to nothing, or this address was opened by itself. Nothing was stored. Open your link once more; if it no longer works, ask your administrator for a new one.`,
  }
  return (
    <SmallPage title={title}>
      <Text>{about}</Text>
    </SmallPage>
  )
}
