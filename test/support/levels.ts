/**
 * Policy of everybody alone, for tests that need no groups.
 */
import { INITIAL_SETTINGS, type Levels, type Settings } from '#domain/policy.ts'

export const levelsOf = (settings: Partial<Settings> = {}): Levels => ({
  everybody: { ...INITIAL_SETTINGS, ...settings },
  groups: new Map(),
})
