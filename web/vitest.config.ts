import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The browser flows are node:test files and live in tests/node.
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
});
