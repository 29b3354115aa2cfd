/**
 * Vite: builds the pages of src/web into dist/web, which the server serves.
 */
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src/web',
  // The server puts a fresh nonce here with every answer (Content-Security-Policy).
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
    react(),
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
