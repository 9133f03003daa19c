/** How the web app is built and developed: two pages (the app and the API reference), one server behind them. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const server = process.env.RUSHES_SERVER ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // The content security policy allows no data: URLs for scripts and styles, so nothing is inlined.
    assetsInlineLimit: 0,
    target: 'es2023',
    // The API reference is one library of that size, loaded on its own page only.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: {
        app: resolve(import.meta.dirname, 'index.html'),
        docs: resolve(import.meta.dirname, 'docs.html'),
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/v1': server,
      '/openapi.json': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
    // A busy machine takes its time; what fails is tried once more by itself.
    testTimeout: 30_000,
    retry: 2,
  },
});
