/**
 * "Sign in with Microsoft": leads the browser to the provider.
 */
import { useLingui } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { nextPath } from '../api/next-path.ts'
import { useDeed } from '../api/query.ts'
import { call } from '../api/call.ts'
import type { Language, ProviderButton as Provider } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { isolated } from '../parts/moments.ts'
import { ProviderMark } from './ProviderMark.tsx'
import { PROVIDER_WORDS } from './words.ts'

type Props = {
  provider: Provider
  /** What was typed, so that the provider need not ask for it again. */
  name?: string
  /** The one-time link whose person is tied to the account at the provider. */
  link?: string
  /** Where several have the same words, each says its own name. */
  named?: boolean
  primary?: boolean
  focused?: boolean
}

export function ProviderButton(props: Props): React.ReactNode {
  const { provider, name = '', link, named = false, primary = false, focused = false } = props
  const { t, i18n } = useLingui()
  const { next } = useSearch({ strict: false }) as { next?: string }
  const wanted = nextPath(next)
  const go = useDeed(
    () =>
      call('POST /sign-in/provider', {
        body: {
          providerId: provider.id,
          language: i18n.locale as Language,
          ...(wanted !== null && { next: wanted }),
          ...(name.trim() !== '' && { loginHint: name.trim() }),
          ...(link !== undefined && { link }),
        },
      }),
    ({ url }) => window.location.assign(url),
  )
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focused) button.current?.focus()
  }, [focused])
  const own = isolated(provider.name)
  const words = {
    entra: named ? t`Sign in with Microsoft: ${own}` : t`Sign in with Microsoft`,
    google: named ? t`Sign in with Google: ${own}` : t`Sign in with Google`,
    oidc: t`Sign in with ${own}`,
  }
  return (
    <Stack gap="xs">
      <Button
        ref={button}
        variant={primary ? 'filled' : 'default'}
        fullWidth
        // A name that is long gets a second line instead of dots.
        h="auto"
        mih={36}
        py={6}
        styles={{ label: { whiteSpace: 'normal', lineHeight: 1.4 } }}
        leftSection={<ProviderMark kind={provider.kind} />}
        loading={go.isPending || go.isSuccess}
        onClick={() => go.mutate()}
      >
        {words[provider.kind]}
      </Button>
      <Failure problem={go.error} words={PROVIDER_WORDS} />
    </Stack>
  )
}
