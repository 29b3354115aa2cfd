/**
 * Configuration, security: every setting of everybody, with its name in the API, its default, who
 * changed it and when. All changes are sent together, because settings can contradict each other, and
 * what they would cut off is said before.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { Setting, SettingName } from '../api/types.ts'
import { Fields, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { SaveBar } from '../policy/SaveBar.tsx'
import { settingOf, useSettingFaults } from '../policy/setting-faults.ts'
import { useWhatIf } from '../policy/what-if.ts'
import { WhatIfWindow } from '../policy/WhatIfWindow.tsx'
import { SETTING_GROUPS } from '../words/settings.ts'
import { sentOf } from './SettingField.tsx'
import { SettingRow } from './SettingRow.tsx'
import { sameValue } from './value-text.ts'

export function SecurityPage(): React.ReactNode {
  const { t } = useLingui()
  const settings = useQuery(reading('GET /settings'))
  return (
    <Page title={t`Security`}>
      <Text size="sm" c="dimmed" maw="44rem">
        <Trans>
          What is decided here holds for everybody for whom no{' '}
          <Anchor component={Link} to="/administration/groups" size="sm" underline="always">
            group
          </Anchor>{' '}
          and nobody alone decides otherwise.
        </Trans>
      </Text>
      <Loaded query={settings}>{(rows) => <SettingsForm rows={rows} />}</Loaded>
    </Page>
  )
}

type Changed = Partial<Record<SettingName, Setting['value']>>

function SettingsForm({ rows }: { rows: readonly Setting[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const mayChange = useMayChange()
  const [typed, setTyped] = useState<Changed>({})
  const whatIf = useWhatIf({ level: 'everybody' })
  const save = useAction('PATCH /settings', () => {
    setTyped({})
    whatIf.cancel()
    tell(t`The settings were changed, and apply from now on.`)
  })
  const problem = save.error ?? whatIf.problem
  const fault = useSettingFaults(problem)
  const changed = Object.fromEntries(
    rows.flatMap(({ name, value }) => {
      const wanted = typed[name] === undefined ? undefined : sentOf(typed[name])
      return wanted === undefined || sameValue(wanted, value) ? [] : [[name, wanted]]
    }),
  ) as Changed
  const send = (): void => save.mutate({ body: changed as never })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.reset()
        whatIf.ask(changed, send)
      }}
    >
      <Fields>
        <Stack gap="lg">
          {SETTING_GROUPS.map((group) => (
            <Section key={group.names.join()} title={i18n._(group.title)}>
              {group.names.map((name) => {
                const setting = rows.find((one) => one.name === name)
                return (
                  setting && (
                    <SettingRow
                      key={name}
                      setting={setting}
                      value={typed[name] ?? setting.value}
                      onChange={(value) => setTyped({ ...typed, [name]: value })}
                      error={fault(name, changed[name] ?? setting.value)}
                    />
                  )
                )
              })}
            </Section>
          ))}
          {mayChange && (
            <SaveBar
              count={Object.keys(changed).length}
              pending={save.isPending || whatIf.pending}
              problem={problem}
              fields={(problem?.fields ?? [])
                .map(({ field }) => field)
                .filter((field) => rows.some(({ name }) => name === settingOf(field)))}
              onDiscard={() => {
                setTyped({})
                save.reset()
                whatIf.cancel()
              }}
            />
          )}
        </Stack>
      </Fields>
      <WhatIfWindow
        found={whatIf.found}
        pending={save.isPending}
        problem={save.error}
        onCancel={whatIf.cancel}
        onSave={send}
      />
    </form>
  )
}
