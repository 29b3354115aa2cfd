/**
 * Every command, in the order of the help.
 */
import { appPasswordCommands } from './app-password.ts'
import { auditCommands } from './audit.ts'
import { backup, restore } from './backup.ts'
import type { Command } from './command.ts'
import { directoryCommands } from './directory.ts'
import { doctor } from './doctor.ts'
import { keyRotate } from './key.ts'
import { recover } from './link.ts'
import { mailAccountCommands } from './mail-account.ts'
import { migrate } from './migrate.ts'
import { serve } from './serve.ts'
import { userCommands } from './user.ts'

export const COMMANDS: readonly Command[] = [
  serve,
  migrate,
  backup,
  restore,
  recover,
  ...userCommands,
  ...appPasswordCommands,
  ...mailAccountCommands,
  ...directoryCommands,
  ...auditCommands,
  keyRotate,
  doctor,
]
