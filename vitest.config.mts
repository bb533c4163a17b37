import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['tests/extension/**/*.spec.{ts,tsx}'],
    setupFiles: ['tests/extension/testing/setup.ts'],
    server: {
      deps: { inline: [/@jupyterlab\//, /@jupyter\//, /@lumino\//, /@rjsf\//] }
    }
  }
});
