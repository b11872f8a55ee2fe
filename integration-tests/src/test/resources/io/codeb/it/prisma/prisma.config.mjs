import { defineConfig } from 'prisma/config';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

// The schema engine of WebAssembly needs no download beyond npm. It asks for columns of the type name (19), which the
// adapter of this version does not know: they are given to it as text (25).
const query = pg.Client.prototype.query;
const asText = (answer) => {
  answer?.fields?.filter((field) => field.dataTypeID === 19).forEach((field) => (field.dataTypeID = 25));
  return answer;
};
pg.Client.prototype.query = function (...args) {
  const last = args.length - 1;
  const told = args[last];
  if (typeof told === 'function') {
    args[last] = (error, answer) => told(error, asText(answer));
  }
  const answer = query.apply(this, args);
  return typeof answer?.then === 'function' ? answer.then(asText) : answer;
};

export default defineConfig({
  schema: 'prisma/schema.prisma',
  experimental: { adapter: true },
  engine: 'js',
  // Prisma does not close the pool: without this it ends ten seconds after its last query, when that does it by itself.
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL, allowExitOnIdle: true }),
});
