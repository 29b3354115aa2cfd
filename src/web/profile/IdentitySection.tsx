/**
 * Who one is: name, e-mail, where the account comes from, groups, language, and how full Home is.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { NativeSelect } from '@mantine/core'
import { Fragment } from 'react'
import { useAction } from '../api/query.ts'
import type { Language, OwnIdentity, Profile } from '../api/types.ts'
import { LANGUAGE_NAMES, LANGUAGES, speak } from '../i18n.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Rename } from '../parts/Rename.tsx'
import { Section } from '../parts/Section.tsx'
import { Usage } from '../parts/Usage.tsx'
import { ROLE_WORDS } from '../words/people.ts'
import { Name } from '../parts/Name.tsx'
import { Liveness } from './Liveness.tsx'

type Props = { me: Profile; identity: OwnIdentity | null }

export function IdentitySection({ me, identity }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const { user, policy } = me
  const change = useAction('PATCH /me', ({ user: changed }) => speak(changed.language, true))
  return (
    <Section title={t`Identity`}>
      <Facts>
        <Fact label={t`Shown name`}>
          <Rename
            name={user.displayName || user.name}
            label={t`Shown name`}
            field="displayName"
            save={(displayName) => change.mutateAsync({ body: { displayName } })}
          />
        </Fact>
        <Fact label={t`User name`}>
          <Name of={user.name} />
        </Fact>
        <Fact label={t`E-mail`}>
          <Name of={user.email} />
        </Fact>
        <Fact label={t`Account`}>
          {identity ? (
            <>
              <Name of={identity.providerName} /> (<Name of={identity.shownAs} />)
            </>
          ) : (
            <Trans>Local account</Trans>
          )}{' '}
          · {i18n._(ROLE_WORDS[user.role])}
        </Fact>
        {identity && <Liveness identity={identity} />}
        {me.groups.length > 0 && (
          <Fact label={t`Groups`}>
            {me.groups.map(({ id, name }, i) => (
              <Fragment key={id}>
                {i > 0 && ', '}
                <Name of={name} />
              </Fragment>
            ))}
          </Fact>
        )}
        <Fact label={t`Language`}>
          <NativeSelect
            size="xs"
            maw="10rem"
            aria-label={t`Language`}
            value={user.language}
            data={LANGUAGES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] }))}
            onChange={(event) =>
              change.mutate({ body: { language: event.currentTarget.value as Language } })
            }
          />
        </Fact>
        <Fact label={t`Drive, Home`}>
          <Usage used={user.usedBytes} quota={user.quotaBytes ?? policy.quotaBytes} />
        </Fact>
      </Facts>
      <CopyField label={t`Address of your drive`} text={me.driveUrl} />
      <Failure problem={change.variables?.body.language ? change.error : null} />
    </Section>
  )
}
