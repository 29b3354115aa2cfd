/**
 * A value of a setting, as its schema in domain/policy.ts says.
 */
import { z } from 'zod'

export const SettingValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())])
