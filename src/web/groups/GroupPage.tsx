/**
 * Administration, one group: its name and place, its members, and what it decides for them.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Anchor, NumberInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { UserGroup as Group } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { Rename } from '../parts/Rename.tsx'
import { Section } from '../parts/Section.tsx'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { DecisionsForm } from '../policy/DecisionsForm.tsx'
import { GroupMembers } from './GroupMembers.tsx'

export function GroupPage(): React.ReactNode {
  const { t } = useLingui()
  const { groupId: id } = useParams({ strict: false }) as { groupId: string }
  const group = useQuery(reading('GET /groups/:id', { params: { id } }))
  const policy = useQuery(reading('GET /groups/:id/policy', { params: { id } }))
  return (
    <>
      <Anchor component={Link} to="/administration/groups" size="sm">
        <Trans>Groups</Trans>
      </Anchor>
      <Loaded query={group}>
        {(found) => (
          <Page title={found.name}>
            <GroupSection group={found} />
            <GroupMembers group={found} />
            <Section
              title={t`Policy`}
              about={
                <Trans>
                  What this group decides for its members. What it does not decide is as for
                  everybody, or as another of their groups decides.
                </Trans>
              }
            >
              <Loaded query={policy}>
                {(rows) => <DecisionsForm key={id} level="group" id={id} rows={rows} />}
              </Loaded>
            </Section>
          </Page>
        )}
      </Loaded>
    </>
  )
}

function GroupSection({ group }: { group: Group }): React.ReactNode {
  const { t } = useLingui()
  const mayChange = useMayChange()
  const change = useAction('PATCH /groups/:id')
  const params = { id: group.id }
  return (
    <Section
      title={t`Group`}
      actions={
        group.providerId === null && (
          <ForAdministrators>
            <Delete group={group} />
          </ForAdministrators>
        )
      }
    >
      <Facts>
        <Fact label={t`Name`}>
          {group.providerId === null && mayChange ? (
            <Rename
              name={group.name}
              label={t`Name`}
              save={(name) => change.mutateAsync({ params, body: { name } })}
            />
          ) : (
            <Name of={group.name} />
          )}
        </Fact>
        <Fact label={t`Comes from`}>
          {group.providerName === null ? (
            <Trans>made here</Trans>
          ) : (
            <Trans>
              <Name of={group.providerName} />, which says its name and members
            </Trans>
          )}
        </Fact>
        <Fact label={t`Place`}>
          <NumberInput
            aria-label={t`Place`}
            description={t`Of two groups that both decide the same, the one that stands first wins.`}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            size="xs"
            maw="24rem"
            styles={{ input: { width: '5rem' } }}
            min={1}
            clampBehavior="strict"
            allowDecimal={false}
            hideControls
            readOnly={!mayChange}
            key={group.position}
            defaultValue={group.position}
            onBlur={({ currentTarget: { value } }) => {
              const position = Number(value)
              if (position >= 1 && position !== group.position)
                change.mutate({ params, body: { position } })
            }}
          />
        </Fact>
      </Facts>
      <Failure problem={change.error} />
      <WhoWhen of={group} />
    </Section>
  )
}

function Delete({ group }: { group: Group }): React.ReactNode {
  const { t } = useLingui()
  const navigate = useNavigate()
  return (
    <Dangerous
      label={<Trans>Delete</Trans>}
      title={t`Delete a group`}
      deed={t`Delete it`}
      run={() => call('DELETE /groups/:id', { params: { id: group.id } })}
      done={() => navigate({ to: '/administration/groups' })}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            <Name of={group.name} /> is deleted with what it decides; its members stay.
          </Trans>
        </Text>
        {group.decisions > 0 && group.members > 0 && (
          <Text size="sm">
            <Plural
              value={group.members}
              one="For # member what it decides is decided elsewhere at once."
              other="For # members what it decides is decided elsewhere at once."
            />
          </Text>
        )}
      </Stack>
    </Dangerous>
  )
}
