/**
 * Vite: builds the pages of src/web into dist/web, which the server serves.
 */
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { CAUSE_WORDS } from './src/domain/cause-words.ts'

/** The sentences of the error doctor have one source, which pages may not import. */
const causeWords: Plugin = {
  name: 'cause-words',
  resolveId: (id) => (id === 'virtual:cause-words' ? `\0${id}` : null),
  load: (id) =>
    id === '\0virtual:cause-words'
      ? `export const CAUSE_WORDS = ${JSON.stringify(CAUSE_WORDS)}`
      : null,
}

export default defineConfig({
  root: 'src/web',
  // The server puts a fresh nonce here with every answer (Content-Security-Policy).
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
    react(),
    causeWords,
    lingui({ failOnMissing: true, failOnCompileError: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
  ],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // A data: URL for a script or style would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    license: { fileName: 'assets/licences.md' },
  },
})
