/**
 * "What if": who and what a change of policy cuts off, by name, before it is saved.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Button, Group, ScrollArea, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { WhatIf } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Name } from '../parts/Name.tsx'
import { Window } from '../parts/Window.tsx'
import { clientName, GATEWAY_WORDS } from '../words/applications.ts'
import { reasonText } from '../words/audit.ts'
import classes from './policy.module.css'

type Props = {
  /** null: nothing is asked now. */
  found: WhatIf | null
  pending: boolean
  problem: Error | null
  onCancel: () => void
  onSave: () => void
}

export function WhatIfWindow(props: Props): React.ReactNode {
  const { t } = useLingui()
  const { found } = props
  return (
    <Window opened={found !== null} onClose={props.onCancel} title={t`What this ends`} size="lg">
      {found && (
        <Stack gap="md">
          {!found.complete && (
            <Alert color="yellow">
              <Trans>
                There are so many people that not all could be looked at: what follows is of the
                first {found.looked}.
              </Trans>
            </Alert>
          )}
          <Passwords found={found.appPasswords} />
          <Connections found={found.connections} />
          <People found={found.people} />
          <Failure problem={props.problem} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onCancel} data-autofocus>
              <Trans>Cancel</Trans>
            </Button>
            <Button color="red.9" onClick={props.onSave} loading={props.pending}>
              <Trans>Save all the same</Trans>
            </Button>
          </Group>
        </Stack>
      )}
    </Window>
  )
}

type PartProps<T> = {
  title: React.ReactNode
  found: { total: number; shown: readonly T[] }
  children: (one: T) => React.ReactNode
}

function Part<T extends { id: string }>({ title, found, children }: PartProps<T>): React.ReactNode {
  const { t } = useLingui()
  const rest = found.total - found.shown.length
  if (found.total === 0) return null
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      <ScrollArea.Autosize mah="14rem" viewportProps={{ tabIndex: 0, 'aria-label': t`By name` }}>
        <ul className={classes.list}>
          {found.shown.map((one) => (
            <li key={one.id}>{children(one)}</li>
          ))}
        </ul>
      </ScrollArea.Autosize>
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          <Plural value={rest} one="and # more" other="and # more" />
        </Text>
      )}
    </section>
  )
}

function Passwords({ found }: { found: WhatIf['appPasswords'] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const title = (
    <Plural
      value={found.total}
      one="# application password stops working"
      other="# application passwords stop working"
    />
  )
  return (
    <Part title={title} found={found}>
      {(one) => (
        <>
          <Name of={one.name} /> ·{' '}
          <Anchor
            component={Link}
            to="/administration/users/$userId"
            params={{ userId: one.userId } as never}
            size="sm"
          >
            <Name of={one.userName} />
          </Anchor>{' '}
          · {one.gateways.map((gateway) => i18n._(GATEWAY_WORDS[gateway])).join(', ')}
          <Text size="xs" c="dimmed">
            {one.lastUse ? (
              <Trans>
                last used <Ago at={one.lastUse.at} />: <Name of={clientName(one.lastUse, i18n)} />,{' '}
                <Name of={one.lastUse.ip} />
              </Trans>
            ) : (
              t`never used`
            )}
            {' · '}
            {reasonText(one.reason, i18n)}
          </Text>
        </>
      )}
    </Part>
  )
}

function Connections({ found }: { found: WhatIf['connections'] }): React.ReactNode {
  const { i18n } = useLingui()
  const title = (
    <Plural value={found.total} one="# connection is cut now" other="# connections are cut now" />
  )
  return (
    <Part title={title} found={found}>
      {(one) => (
        <>
          {i18n._(GATEWAY_WORDS[one.gateway])} · <Name of={clientName(one, i18n)} /> ·{' '}
          <Name of={one.ip} />
          <Text size="xs" c="dimmed">
            <Trans>
              <Name of={one.appPasswordName} />, connected <Ago at={one.openedAt} />
            </Trans>
          </Text>
        </>
      )}
    </Part>
  )
}

function People({ found }: { found: WhatIf['people'] }): React.ReactNode {
  const title = (
    <Plural
      value={found.total}
      one="# person has to set up a second factor at the next sign-in"
      other="# people have to set up a second factor at the next sign-in"
    />
  )
  return (
    <Part title={title} found={found}>
      {(one) => (
        <>
          <Anchor
            component={Link}
            to="/administration/users/$userId"
            params={{ userId: one.id } as never}
            size="sm"
          >
            <Name of={one.displayName || one.name} />
          </Anchor>
          <Text size="xs" c="dimmed">
            {one.lastSignInAt === null ? (
              <Trans>never signed in</Trans>
            ) : (
              <Trans>
                last signed in <Ago at={one.lastSignInAt} />
              </Trans>
            )}
          </Text>
        </>
      )}
    </Part>
  )
}
