/**
 * Policy of a group or a person: each setting decided here or left to the level behind. All changes
 * are sent together, and what they would cut off is said before.
 */
import { useLingui } from '@lingui/react/macro'
import { Stack, Title } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Decision, Setting, SettingName } from '../api/types.ts'
import { Fields, useMayChange } from '../parts/ForAdministrators.tsx'
import { tell } from '../parts/tell.ts'
import { sentOf } from '../security/SettingField.tsx'
import { sameValue } from '../security/value-text.ts'
import { SETTING_GROUPS } from '../words/settings.ts'
import { DecisionRow } from './DecisionRow.tsx'
import { SaveBar } from './SaveBar.tsx'
import { settingOf, useSettingFaults } from './setting-faults.ts'
import { useWhatIf, type Changed } from './what-if.ts'
import { WhatIfWindow } from './WhatIfWindow.tsx'

type Props = { level: 'group' | 'person'; id: string; rows: readonly Decision[] }

const ROUTES = { group: 'PATCH /groups/:id/policy', person: 'PATCH /users/:id/policy' } as const

export function DecisionsForm({ level, id, rows }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const mayChange = useMayChange()
  const [typed, setTyped] = useState<Changed>({})
  const whatIf = useWhatIf({ level, targetId: id })
  const save = useAction(ROUTES[level], () => {
    setTyped({})
    whatIf.cancel()
    tell(t`The policy was changed, and applies from now on.`)
  })
  const problem = save.error ?? whatIf.problem
  const fault = useSettingFaults(problem)
  const changed = Object.fromEntries(
    rows.flatMap((row): [SettingName, Setting['value'] | null][] => {
      const wanted = typed[row.name]
      if (wanted === undefined) return []
      if (wanted === null) return row.decided ? [[row.name, null]] : []
      const sent = sentOf(wanted)
      return row.decided && sameValue(sent, row.value) ? [] : [[row.name, sent]]
    }),
  ) as Changed
  const valueOf = (row: Decision): Setting['value'] | null => {
    const wanted = typed[row.name]
    if (wanted !== undefined) return wanted
    return row.decided ? row.value : null
  }
  const send = (): void => save.mutate({ params: { id }, body: changed as never })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.reset()
        whatIf.ask(changed, send)
      }}
    >
      <Fields>
        <Stack gap="md">
          {SETTING_GROUPS.map(({ title, names }) => {
            const those = names.flatMap((name) => rows.find((row) => row.name === name) ?? [])
            return (
              those.length > 0 && (
                <div key={names.join()}>
                  <Title order={3} size="h5">
                    {i18n._(title)}
                  </Title>
                  {those.map((row) => (
                    <DecisionRow
                      key={row.name}
                      decision={row}
                      value={valueOf(row)}
                      onChange={(value) => setTyped({ ...typed, [row.name]: value })}
                      error={fault(row.name, changed[row.name] ?? row.value)}
                    />
                  ))}
                </div>
              )
            )
          })}
          {mayChange && Object.keys(typed).length > 0 && (
            <SaveBar
              save={t`Save the policy`}
              count={Object.keys(changed).length}
              pending={save.isPending || whatIf.pending}
              problem={problem}
              fields={(problem?.fields ?? [])
                .map(({ field }) => field)
                .filter((field) => valueOfName(rows, settingOf(field), valueOf) !== null)}
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

/** A fault of a setting that has no field here is said below. */
function valueOfName(
  rows: readonly Decision[],
  name: string,
  valueOf: (row: Decision) => Setting['value'] | null,
): Setting['value'] | null {
  const row = rows.find((one) => one.name === name)
  return row ? valueOf(row) : null
}
