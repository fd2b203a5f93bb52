/** Where copies may move below an install: what the files of the project say decides, as far as they are there. */
import { describe, expect, it } from 'vitest';
import { withEdits } from '../src/engine/edits.js';
import type { Fix } from '../src/rule.js';
import { lint } from './lint.js';
import { MemoryTree } from './memory-tree.js';

const FROM = 'FROM python:3.13-slim-trixie\nWORKDIR /app\n';

/** What the best fix of the only finding makes of the lines below FROM and WORKDIR, and that fix; undefined where there is none. */
function moved(lines: string, files?: Readonly<Record<string, string>>, from = FROM): { text: string; fix: Fix } | undefined {
  const text = `${from}${lines}`;
  const around = { around: () => ({ tree: new MemoryTree({ ...files, Dockerfile: text }), dockerfile: 'Dockerfile' }) };
  const select = ['copy-before-install', 'manifest-copied-with-code'];
  const { findings, source } = lint(text, { select, ...(files === undefined ? {} : around) });
  expect(findings).toHaveLength(1);
  const [fix] = findings[0]?.fixes ?? [];
  return fix && { fix, text: withEdits(source, fix.edits).text.slice(from.length) };
}

const BROAD = 'COPY . .\nRUN pip install -r requirements.txt\n';

describe('the whole project', () => {
  it('moves, and the files that lists include are copied as well', () => {
    const files = {
      'requirements.txt': '-r pins/base.txt\n-c constraints.txt\npandas\n',
      'pins/base.txt': 'numpy==2.0.0\n',
      'constraints.txt': 'six<2\n',
      'app.py': '',
    };
    const { text, fix } = moved(BROAD, files) ?? {};
    expect(text).toBe(
      'COPY requirements.txt constraints.txt ./\nCOPY pins/base.txt ./pins/\nRUN pip install -r requirements.txt\nCOPY . .\n',
    );
    expect(fix?.title).toBe('Copy `requirements.txt`, `pins/base.txt` and `constraints.txt` first and move `COPY . .` below the install');
    expect(fix?.risk).toBe('an install that reads other files of the project would miss them');
  });

  it('moves with a word on what the lists may name where they cannot be read', () => {
    const risk = '`requirements.txt` may name other files of the project (-r, -c, -e .), which would be missing';
    expect(moved(BROAD)?.fix.risk).toBe(risk);
    expect(moved(BROAD, { 'requirements.txt': '-r missing.txt\n' })?.fix.risk).toBe(risk);
  });

  it.each([
    ['-e .\n'],
    ['./lib\n'],
    ['lib/one-1.0-py3-none-any.whl\n'],
    ['one @ file:///app/lib\n'],
    ['--find-links wheels\none\n'],
    ['--find-links=./wheels\none\n'],
  ])('stays where the list asks for it: %j', (list) => {
    expect(moved(BROAD, { 'requirements.txt': list, 'setup.py': '' })).toBeUndefined();
  });

  it('stays where an environment file asks for it', () => {
    const lines = 'COPY . .\nRUN conda env update -f environment.yml\n';
    const from = 'FROM continuumio/miniconda3:25.3.1-1\nWORKDIR /app\n';
    expect(moved(lines, { 'environment.yml': 'dependencies:\n  - numpy\n  - pip:\n      - -e .\n' }, from)).toBeUndefined();
    expect(moved(lines, { 'environment.yml': 'dependencies:\n  - numpy\n  - pip:\n      - pandas\n' }, from)?.text).toBe(
      'COPY environment.yml ./\nRUN conda env update -f environment.yml\nCOPY . .\n',
    );
  });

  it('stays where uv finds settings in it', () => {
    const lines = 'COPY . .\nRUN uv pip install --system -r requirements.txt\n';
    expect(moved(lines, { 'requirements.txt': 'six\n', 'uv.toml': '' })).toBeUndefined();
    expect(moved(lines, { 'requirements.txt': 'six\n' })).toBeDefined();
  });

  it('stays where what is copied by name is another file', () => {
    const lines = 'COPY docker/requirements.txt ./\nCOPY . .\nRUN pip install -r requirements.txt\n';
    expect(moved(lines, { 'docker/requirements.txt': 'six\n', 'requirements.txt': 'pandas\n' })).toBeUndefined();
    expect(moved(lines, { 'docker/requirements.txt': 'six\n', 'app.py': '' })).toBeDefined();
    expect(moved(lines)).toBeUndefined();
  });
});

describe('what is copied with the list', () => {
  const together = (between: string): Fix | undefined =>
    moved(`COPY requirements.txt app.py ./\n${between}RUN pip install -r requirements.txt\n`)?.fix;

  it.each([
    [''],
    ['RUN apt-get update && apt-get install -y $PACKAGES\n'],
    ['RUN set -eux; rm -rf /var/lib/apt/lists/* /tmp/x; chmod 0755 /opt/run.sh\n'],
    ['RUN pip install --upgrade pip\n'],
    ['ENV A=1\nUSER app\nEXPOSE 80\n'],
    ['RUN echo done > /tmp/done\n'],
    ['RUN cd /app && pip install wheel\n'],
    ['RUN if [ "$A" = 1 ]; then apt-get update; fi\n'],
    ['COPY --from=build /usr/local/bin/tini /usr/local/bin/\n'],
  ])('moves safely where nothing comes near it: %j', (between) => {
    expect(together(between)?.safety).toBe(between.startsWith('COPY') ? 'unsafe' : 'safe');
  });

  it.each([
    ['RUN curl -sSLo /tmp/x https://example.com/x && sh /tmp/x\n'],
    ['RUN python -m venv /opt/venv\n'],
    ['RUN mkdir -p data\n'],
    ['COPY lib ./lib\nRUN cat /app/lib/x\n'],
  ])('moves where something might: %j', (between) => expect(together(between)?.safety).toBe('unsafe'));

  it.each([
    ['RUN make\n'],
    ['RUN python -c "import app"\n'],
    ['RUN ./configure\n'],
    ['RUN chown -R nobody .\n'],
    ['RUN chown -R nobody /app\n'],
    ['RUN rm -rf /app/*.txt\n'],
    ['RUN cp -r . /opt/app\n'],
    ['RUN sh start.sh\n'],
    ['RUN "$RUNNER" x\n'],
    ['RUN pip install -e .\n'],
    ['RUN pip install $(cat more.txt)\n'],
    ['RUN xargs pip install < more.txt\n'],
    ['RUN [ -f app.py ] || echo missing\n'],
    ['RUN echo x > app.py\n'],
    ['RUN wget -i addresses.txt\n'],
    ['RUN --mount=type=bind,target=/app ls\n'],
    ['RUN ["make"]\n'],
    ['RUN <<EOF python3\nprint(1)\nEOF\n'],
    ['COPY --from=build /app /app\n'],
    ['VOLUME /app\n'],
    ['WORKDIR /srv\n'],
  ])('stays where something may well: %j', (between) => {
    const lines = `COPY requirements.txt app.py ./\n${between}RUN pip install -r /app/requirements.txt\n`;
    const { findings } = lint(FROM + lines, { select: ['manifest-copied-with-code'] });
    expect(findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  });

  it('moves safely only out of a directory that is no project', () => {
    const lines = 'COPY requirements.txt ./\nCOPY lib.py ./\nRUN pip install -r requirements.txt\n';
    expect(moved(lines)?.fix.safety).toBe('safe');
    expect(moved(`COPY setup.py ./\n${lines}`)?.fix.safety).toBe('unsafe');
    expect(moved(`COPY docker ./\n${lines}`)?.fix.safety).toBe('unsafe');
    expect(moved(lines, undefined, 'FROM python:3.13-slim-trixie AS base\nWORKDIR /app\nFROM base\n')?.fix.safety).toBe('unsafe');
    expect(moved(lines, undefined, 'FROM python:3.13-slim-trixie\n')?.fix.safety).toBe('unsafe');
  });

  it('stays where it is not there', () => {
    const lines = 'COPY requirements.txt src/ ./\nRUN pip install -r requirements.txt\n';
    expect(moved(lines, { 'requirements.txt': 'six\n' })).toBeUndefined();
    expect(moved(lines, { 'requirements.txt': 'six\n', 'src/app.py': '' })).toBeDefined();
    expect(moved(lines, { 'requirements.txt': 'six\n', 'src/app.py': '', 'src/requirements.txt': 'pandas\n' })).toBeUndefined();
  });
});
