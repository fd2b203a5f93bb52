/**
 * Checks with programs that are not plimsoll's: `npm run test:clients`, or `npm run test:clients -- reports` for one of them. Each installs
 * its client and fails when it cannot. What a check returns is printed: the client's version and what it saw.
 */
const CLIENTS = [
  'actions',
  'wheel',
  'pre-commit',
  'prek',
  'reports',
  'report-readers',
  'reviewdog',
  'vim-ale',
  'neovim',
  'neovim-lsp',
  'emacs',
  'sublimelinter',
  'node-versions',
  'peers',
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CLIENTS.includes(name));
if (unknown.length > 0) throw new Error(`no such client: ${unknown.join(', ')}; there are ${CLIENTS.join(', ')}`);

let passed = 0;
let failed = 0;
for (const client of wanted.length > 0 ? wanted : CLIENTS) {
  const { checks } = await import(`./${client}.mjs`);
  for (const [name, check] of Object.entries(checks)) {
    try {
      console.log(`ok: ${client}: ${name} (${await check()})`);
      passed++;
    } catch (error) {
      console.log(`FAILED: ${client}: ${name}\n${error instanceof Error ? error.message : error}`);
      failed++;
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
