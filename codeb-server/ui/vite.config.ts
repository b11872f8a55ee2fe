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
  // the titles of codes are the server's own texts, and lie beside this directory
  server: { fs: { allow: ['.', '../src/main/resources'] }, proxy: { '/api': 'http://127.0.0.1:4780' } },
});
