const http = require('http');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
// A connection that is cut while nobody uses it is no reason to end.
pool.on('error', (error) => console.error(error.message));

const answer = async (path) => {
  if (path === '/health') {
    await pool.query('SELECT "@column@" FROM users LIMIT 0');
    return 'well';
  }
  const users = await pool.query('SELECT count(*) FROM users');
  return `@version@ ${users.rows[0].count}`;
};

const server = http.createServer((request, response) => {
  // A connection is with one version: who asks again gets a new one.
  response.setHeader('Connection', 'close');
  answer(request.url).then(
    (text) => response.end(text + '\n'),
    (error) => {
      response.statusCode = 503;
      response.end(error.message + '\n');
    },
  );
});
server.listen(8080);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
