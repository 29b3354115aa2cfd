/**
 * What the build turns into modules besides TypeScript.
 */
declare module '*.po' {
  import type { Messages } from '@lingui/core'
  export const messages: Messages
}

/** Language → cause → what happened, and what to do (vite.config.ts). */
declare module 'virtual:cause-words' {
  export const CAUSE_WORDS: Readonly<
    Record<'en' | 'fr', Readonly<Record<string, { readonly what: string; readonly todo: string }>>>
  >
}
