/**
 * Asks what a change of policy would cut off, before it is made, and makes it when nothing would or
 * when the person says so.
 */
import { useState } from 'react'
import { call } from '../api/call.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import type { Setting, SettingName, WhatIf } from '../api/types.ts'

export type Changed = Partial<Record<SettingName, Setting['value'] | null>>
export type Whose = { level: 'everybody' } | { level: 'group' | 'person'; targetId: string }

export type Asking = {
  /** What would be cut off, and waits for a word. */
  readonly found: WhatIf | null
  readonly pending: boolean
  readonly problem: ApiProblem | null
  /** `save` is called at once where nothing would be cut off. */
  readonly ask: (changed: Changed, save: () => void) => void
  readonly cancel: () => void
}

export function useWhatIf(whose: Whose): Asking {
  const [found, setFound] = useState<WhatIf | null>(null)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const asked = async (changed: Changed, save: () => void): Promise<void> => {
    setPending(true)
    setProblem(null)
    try {
      const body = { ...whose, ...changed } as never
      const answer = await call('POST /policy/what-if', { body })
      if (cutsOff(answer)) setFound(answer)
      else save()
    } catch (thrown) {
      setProblem(asProblem(thrown))
    } finally {
      setPending(false)
    }
  }
  return {
    found,
    pending,
    problem,
    ask: (changed, save) => void asked(changed, save),
    cancel: () => {
      setFound(null)
      setProblem(null)
    },
  }
}

const cutsOff = ({ people, appPasswords, connections, complete }: WhatIf): boolean =>
  people.total + appPasswords.total + connections.total > 0 || !complete
