import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    setupFiles: ['test/setup.ts'],
    // Grafana's packages import folders and style sheets, which Node alone does not resolve.
    server: { deps: { inline: [/@grafana/, /react-data-grid/, /react-use/, /rc-/] } },
    restoreMocks: true,
    // A busy machine is slow to load @grafana/ui; no test depends on how fast anything is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
