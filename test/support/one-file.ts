/**
 * A program of the tests with all that it imports, in one file: it starts in a third of the time, for
 * tests that start it a hundred times.
 */
import path from 'node:path'
import { build } from 'vite'

/** @returns the file, in that folder */
export async function inOneFile(program: string, folder: string): Promise<string> {
  const name = 'program.mjs'
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: program,
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: name } },
    },
  })
  return path.join(folder, name)
}
