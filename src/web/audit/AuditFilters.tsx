/**
 * The filters of the audit; they live in the address.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group, NativeSelect, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { useTypedUrlState, useUrlState } from '../parts/url-state.ts'
import { ACTION_WORDS, AUDIT_ACTIONS, OUTCOME_WORDS } from '../words/audit.ts'
import { Name } from '../parts/Name.tsx'

const NONE = {
  search: undefined,
  action: undefined,
  outcome: undefined,
  user: undefined,
  from: undefined,
  to: undefined,
}

export function AuditFilters(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [state, change] = useUrlState()
  const [search, setSearch] = useTypedUrlState('search')
  const filtered = Object.keys(NONE).some((name) => state[name])
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        type="search"
        size="xs"
        w={{ base: '100%', xs: '14rem' }}
        label={t`Search`}
        placeholder={t`Name, address, client`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        label={t`What`}
        value={state['action'] ?? ''}
        data={[
          { value: '', label: t`Everything` },
          ...AUDIT_ACTIONS.map((one) => ({ value: one, label: i18n._(ACTION_WORDS[one]) })),
        ]}
        onChange={(event) => change({ action: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        label={t`Outcome`}
        value={state['outcome'] ?? ''}
        data={[
          { value: '', label: t`Every outcome` },
          ...Object.entries(OUTCOME_WORDS).map(([value, words]) => ({
            value,
            label: i18n._(words),
          })),
        ]}
        onChange={(event) => change({ outcome: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        size="xs"
        label={t`From`}
        value={state['from'] ?? ''}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        size="xs"
        label={t`Until`}
        value={state['to'] ?? ''}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
      {filtered && (
        <Button size="xs" variant="default" onClick={() => change(NONE)}>
          <Trans>Clear the filters</Trans>
        </Button>
      )}
      {state['user'] && <OnlyPerson userId={state['user']} />}
    </Group>
  )
}

/** Which person the rows are about; the name may be gone when the person is. */
function OnlyPerson({ userId }: { userId: string }): React.ReactNode {
  const [, change] = useUrlState()
  const user = useQuery({ ...reading('GET /users/:id', { params: { id: userId } }), retry: false })
  return (
    <Text size="sm" w="100%">
      <Trans>
        Only what <Name of={user.data?.name ?? userId} /> has done, or what was done to them.
      </Trans>{' '}
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => change({ user: undefined })}
      >
        <Trans>Everybody</Trans>
      </Anchor>
    </Text>
  )
}
