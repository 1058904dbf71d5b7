import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/outbound/postgres-schema.ts',
  out: './migrations',
});
