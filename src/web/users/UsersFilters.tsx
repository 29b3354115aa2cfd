/**
 * What the list of users is filtered by; all of it stands in the address.
 */
import { useLingui } from '@lingui/react/macro'
import { Group, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { useTypedUrlState, useUrlState } from '../parts/url-state.ts'
import {
  FACTOR_FILTERS,
  FACTOR_FILTER_WORDS,
  LISTED_STATES,
  ROLE_WORDS,
  ROLES,
  STATE_WORDS,
} from '../words/people.ts'

export function UsersFilters(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [search, setSearch] = useTypedUrlState('search', { page: undefined })
  const providers = useQuery(reading('GET /identity-providers')).data ?? []
  const groups = useQuery(reading('GET /groups')).data ?? []
  return (
    <Group gap="xs">
      <TextInput
        type="search"
        size="xs"
        w={{ base: '100%', xs: '16rem' }}
        placeholder={t`Name or e-mail`}
        aria-label={t`Search users by name or e-mail`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Choice
        name="role"
        label={t`Role`}
        every={t`Every role`}
        choices={ROLES.map((one) => ({ value: one, label: i18n._(ROLE_WORDS[one]) }))}
      />
      <Choice
        name="state"
        label={t`State`}
        every={t`Every state`}
        choices={LISTED_STATES.map((one) => ({ value: one, label: i18n._(STATE_WORDS[one]) }))}
      />
      <Choice
        name="factor"
        label={t`Second factor`}
        every={t`With and without`}
        choices={FACTOR_FILTERS.map((one) => ({
          value: one,
          label: i18n._(FACTOR_FILTER_WORDS[one]),
        }))}
      />
      {providers.length > 0 && (
        <Choice
          name="source"
          label={t`Source`}
          every={t`Every source`}
          choices={[
            { value: 'local', label: t`Local account` },
            ...providers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      {groups.length > 0 && (
        <Choice
          name="group"
          label={t`Group`}
          every={t`Every group`}
          choices={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
    </Group>
  )
}

type ChoiceProps = {
  name: string
  label: string
  every: string
  choices: { value: string; label: string }[]
}

function Choice({ name, label, every, choices }: ChoiceProps): React.ReactNode {
  const [state, change] = useUrlState()
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={state[name] ?? ''}
      data={[{ value: '', label: every }, ...choices]}
      onChange={(event) => change({ [name]: event.currentTarget.value, page: undefined })}
    />
  )
}
