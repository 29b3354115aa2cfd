/**
 * Copying: to the clipboard where the browser allows it, else the text is selected for the person.
 */
import { useState } from 'react'

export type Copied = 'no' | 'copied' | 'selected'

/** `copy(text, element)` answers what could be done; `state` says it for five seconds. */
export function useCopy(onCopied?: () => void) {
  const [state, setState] = useState<Copied>('no')
  const copy = async (text: string, shown: HTMLElement | null): Promise<void> => {
    const done = await toClipboard(text)
    if (!done && shown) getSelection()?.selectAllChildren(shown)
    setState(done ? 'copied' : 'selected')
    onCopied?.()
    setTimeout(() => setState('no'), 5000)
  }
  return { state, copy }
}

/** The clipboard exists on https and on localhost only, and a policy of the browser can refuse it. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
