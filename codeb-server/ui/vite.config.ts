import { defineConfig } from 'vite';

// Nothing is inlined: the page's Content-Security-Policy takes no inline script or style, and no data: address.
export default defineConfig({
  base: './',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: process.env['CODEB_DASHBOARD_OUT'] ?? 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome111', 'firefox121', 'safari17'],
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4780' } },
});
