/**
 * Recovery codes: made, shown once, kept by the person, and confirmed by typing one of them.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '../api/query.ts'
import { useCopy } from '../parts/copy.ts'
import { Failure } from '../parts/Failure.tsx'
import { download } from '../parts/download.ts'
import classes from './RecoveryCodes.module.css'

type Props = { onKept: () => void }

/** Makes the codes as soon as it is shown: earlier ones no longer work from then on. */
export function RecoveryCodes({ onKept }: Props): React.ReactNode {
  const make = useAction('POST /me/recovery-codes')
  const begun = useRef(false)
  const { mutate } = make
  useEffect(() => {
    // StrictMode runs effects twice, and the second codes would end the first.
    if (begun.current) return
    begun.current = true
    mutate({})
  }, [mutate])
  if (make.error)
    return (
      <Stack gap="sm" align="flex-start">
        <Failure problem={make.error} />
        <Button variant="default" onClick={() => mutate({})}>
          <Trans>Try again</Trans>
        </Button>
      </Stack>
    )
  return make.data ? <Codes codes={make.data.codes} onKept={onKept} /> : null
}

function Codes({ codes, onKept }: Props & { codes: readonly string[] }): React.ReactNode {
  const { t } = useLingui()
  const list = useRef<HTMLOListElement>(null)
  const { state, copy } = useCopy()
  const text = codes.join('\n')
  return (
    <Stack gap="md">
      <Text size="sm">
        <Trans>
          Each of these codes replaces your second factor once, should you lose your phone. Keep
          them where you keep important papers, or in a password manager. They are not shown again.
        </Trans>
      </Text>
      <ol ref={list} className={classes.codes} translate="no">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={() => void copy(text, list.current)}>
          {state === 'copied' ? t`Copied` : t`Copy`}
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => download('passerelle-recovery-codes.txt', `${text}\n`)}
        >
          <Trans>Download</Trans>
        </Button>
        <Button variant="default" size="xs" onClick={() => print()}>
          <Trans>Print</Trans>
        </Button>
      </Group>
      {state === 'selected' && (
        <Text size="xs" c="dimmed" component="output">
          <Trans>Selected. Press Ctrl+C (on a Mac ⌘C) to copy.</Trans>
        </Text>
      )}
      <Confirmation onKept={onKept} />
    </Stack>
  )
}

function Confirmation({ onKept }: Props): React.ReactNode {
  const { t } = useLingui()
  const [code, setCode] = useState('')
  const check = useAction('POST /me/recovery-codes/check', ({ fits }) => {
    if (fits) onKept()
  })
  return (
    <form
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        check.mutate({ body: { code } })
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t`Type one of them, to show that you have kept them`}
          description={t`This does not use it up.`}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {check.data?.fits === false && (
          <Alert color="red" role="alert" title={t`This is not one of them.`}>
            <Trans>Compare it with the list above: it is not case sensitive.</Trans>
          </Alert>
        )}
        <Failure problem={check.error} />
        <Button type="submit" loading={check.isPending}>
          <Trans>I have kept them</Trans>
        </Button>
      </Stack>
    </form>
  )
}
