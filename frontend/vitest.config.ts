import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    setupFiles: ['test/setup.ts'],
    // Grafana's packages import folders and style sheets, which Node alone does not resolve.
    server: { deps: { inline: [/@grafana/, /react-data-grid/, /react-use/, /rc-/] } },
    restoreMocks: true,
  },
});
