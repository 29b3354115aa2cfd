/**
 * The sign of a provider beside the words of its button.
 */
import type { ProviderButton } from '../api/types.ts'

const SIZE = { width: 18, height: 18, 'aria-hidden': true } as const

export function ProviderMark({ kind }: { kind: ProviderButton['kind'] }): React.ReactNode {
  switch (kind) {
    case 'entra':
      return (
        <svg viewBox="0 0 19 19" {...SIZE}>
          <rect x="0" y="0" width="9" height="9" fill="#f25022" />
          <rect x="10" y="0" width="9" height="9" fill="#7fba00" />
          <rect x="0" y="10" width="9" height="9" fill="#00a4ef" />
          <rect x="10" y="10" width="9" height="9" fill="#ffb900" />
        </svg>
      )
    case 'google':
      // A ring in four arcs and a bar, on white so that each colour stays what it is.
      return (
        <svg viewBox="2 2 20 20" {...SIZE}>
          <circle cx="12" cy="12" r="10" fill="#fff" />
          <g fill="none" strokeWidth="3.2">
            <path d="M16.95 7.05A7 7 0 0 0 5.94 8.5" stroke="#ea4335" />
            <path d="M5.94 8.5A7 7 0 0 0 5.94 15.5" stroke="#fbbc05" />
            <path d="M5.94 15.5A7 7 0 0 0 16.95 16.95" stroke="#34a853" />
            <path d="M16.95 16.95A7 7 0 0 0 19 12H12" stroke="#4285f4" />
          </g>
        </svg>
      )
    case 'oidc':
      return (
        <svg viewBox="0 0 24 24" {...SIZE} fill="none" stroke="currentColor" strokeWidth="2">
          <circle cx="12" cy="8" r="4" />
          <path d="M4 21c0-4.4 3.6-7 8-7s8 2.6 8 7" />
        </svg>
      )
  }
}
