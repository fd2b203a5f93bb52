/** The parts of the syntax room that BuildKit's cases do not reach one by one: spans, expansion, references, problems. */
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseImageReference } from '../src/syntax/image-reference.js';
import { parseSyntax } from '../src/syntax/parse.js';
import type { Instruction, SyntaxTree } from '../src/syntax/tree.js';
import { expandWord, UNKNOWN } from '../src/syntax/variable.js';
import { lint } from './lint.js';

const parse = (text: string): SyntaxTree => parseSyntax(sourceFromText('Dockerfile', text));
function only<K extends Instruction['keyword']>(text: string, keyword: K): Extract<Instruction, { keyword: K }> {
  const found = parse(text).instructions.find((instruction) => instruction.keyword === keyword);
  if (found === undefined) throw new Error(`no ${keyword}`);
  return found as Extract<Instruction, { keyword: K }>;
}

describe('spans', () => {
  const text = 'FROM --platform=linux/amd64 python:3.13 AS base\nENV A="x \\\n  y" \\\n  # note\n  B=2\nCMD ["a\\u0062c", \\\n "d"]\n';
  const at = (span: { start: number; end: number }): string => text.slice(span.start, span.end);

  it('are exact over continuations', () => {
    const from = only(text, 'FROM');
    expect([from.keywordSpan, from.image?.span, from.alias?.span, from.flags[0]?.valueSpan].map((span) => span && at(span))).toEqual([
      'FROM',
      'python:3.13',
      'base',
      'linux/amd64',
    ]);
    const env = only(text, 'ENV');
    expect(env.pairs.map(({ span }) => at(span))).toEqual(['A="x \\\n  y"', 'B=2']);
    expect(env.pairs.map(({ value }) => value?.text)).toEqual(['"x   y"', '2']);
    expect([env.startLine, env.endLine]).toEqual([2, 5]);
  });
  it('lead back from inside JSON strings', () => {
    const { command } = only(text, 'CMD');
    if (command.form !== 'exec') throw new Error('not exec form');
    expect(command.words.map(({ value, span }) => [value, at(span)])).toEqual([
      ['abc', '"a\\u0062c"'],
      ['d', '"d"'],
    ]);
    const [first] = command.words;
    expect(text[first?.text.sourceOffset(2) ?? -1]).toBe('c');
  });
  it('put comments where they belong', () => {
    const { comments } = parse('# one\nFROM a\n# two\nRUN x \\\n  # three\n && y\n# four\n');
    expect(comments.map(({ text: words, above, inside }) => [words, above?.keyword, inside?.keyword])).toEqual([
      ['one', 'FROM', undefined],
      ['two', 'RUN', undefined],
      ['three', undefined, 'RUN'],
      ['four', undefined, undefined],
    ]);
  });
});

describe('instructions', () => {
  it('tell exec form from what only looks like it', () => {
    for (const [command, form, brokenJson] of [
      ['["a", "b"]', 'exec', false],
      ["['a', 'b']", 'shell', true],
      ['["a",]', 'shell', true],
      ['[ -f x ] && y', 'shell', false],
      ['a b', 'shell', false],
    ] as const) {
      const cmd = only(`FROM x\nCMD ${command}\n`, 'CMD').command;
      expect([cmd.form, cmd.form === 'shell' && cmd.brokenJson], command).toEqual([form, brokenJson]);
    }
  });
  it('read mounts by their canonical names', () => {
    const [mount] = only('FROM x\nRUN --mount=type=cache,dst=/root/.cache,sharing=locked,RO true\n', 'RUN').mounts;
    expect(mount?.type).toBe('cache');
    expect([...(mount?.options ?? [])]).toEqual([
      ['type', 'cache'],
      ['target', '/root/.cache'],
      ['sharing', 'locked'],
      ['readonly', ''],
    ]);
  });
  it('leave heredocs out of the sources of COPY', () => {
    const copy = only("FROM x\nCOPY a <<EOF <<'B' /d/\n1\nEOF\n2\nB\n", 'COPY');
    expect(copy.sources.map(({ text }) => text)).toEqual(['a']);
    expect(copy.destination?.text).toBe('/d/');
    expect(copy.heredocs.map(({ name, expand, content }) => [name, expand, content])).toEqual([
      ['EOF', true, '1\n'],
      ['B', false, '2\n'],
    ]);
  });
  it('read the trigger of ONBUILD', () => {
    expect(only('FROM x\nONBUILD COPY a b\n', 'ONBUILD').trigger).toMatchObject({ keyword: 'COPY', sources: [{ text: 'a' }] });
  });
});

describe('expansion', () => {
  const env: Record<string, string | typeof UNKNOWN> = { A: 'a', EMPTY: '', PATH_LIKE: '/x/y/z.tar.gz', U: UNKNOWN };
  const expand = (text: string): string | undefined => expandWord(text, '\\', (name) => env[name]).value;

  it.each([
    ['$A', 'a'],
    ['${A}b', 'ab'],
    ["'$A'", '$A'],
    ['"$A b"', 'a b'],
    ['\\$A', '$A'],
    ['$MISSING', ''],
    ['${MISSING:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${EMPTY:-x}', 'x'],
    ['${A:+y}', 'y'],
    ['${MISSING+y}', ''],
    ['${MISSING:-${A:-b}}', 'a'],
    ['${PATH_LIKE##*/}', 'z.tar.gz'],
    ['${PATH_LIKE%.*}', '/x/y/z.tar'],
    ['${PATH_LIKE%%.*}', '/x/y/z'],
    ['${PATH_LIKE#*/}', 'x/y/z.tar.gz'],
    ['${PATH_LIKE/\\//-}', '-x/y/z.tar.gz'],
    ['${PATH_LIKE//\\//-}', '-x-y-z.tar.gz'],
    ['$U', undefined],
    ['a${U:-b}', undefined],
    ['${MISSING:-$U}', undefined],
    ['${A:-$U}', 'a'],
    ['"a\\"b"', 'a"b'],
    ['a\\ b', 'a b'],
  ])('%s', (text, value) => expect(expand(text)).toBe(value));

  it.each(['${}', '${A', '${A^^}', '"open', "'open", '${:x}'])('refuses %s', (text) => {
    expect(expandWord(text, '\\', (name) => env[name]).error).toBeDefined();
  });
  it('names the variables used', () => {
    expect(expandWord('${A:-$B}/$C', '\\', () => undefined).references.map(({ name, modifier }) => name + modifier)).toEqual([
      'B',
      'A:-',
      'C',
    ]);
  });
});

describe('image references', () => {
  it.each([
    ['python', 'docker.io', 'python', undefined],
    ['library/python:3', 'docker.io', 'python', '3'],
    ['docker.io/library/python:3', 'docker.io', 'python', '3'],
    ['index.docker.io/a/b', 'docker.io', 'a/b', undefined],
    ['localhost:5000/x', 'localhost:5000', 'x', undefined],
    ['localhost/x:1', 'localhost', 'x', '1'],
    ['ghcr.io/astral-sh/uv:0.8', 'ghcr.io', 'astral-sh/uv', '0.8'],
    ['reg:5000/ns/i:1.2', 'reg:5000', 'ns/i', '1.2'],
  ])('%s', (text, registry, repository, tag) =>
    expect(parseImageReference(text)).toMatchObject({ registry, repository, ...(tag && { tag }) }),
  );

  it('keeps tag and digest apart', () => {
    const text = `reg.example.org/a/b:1@sha256:${'0'.repeat(64)}`;
    const reference = parseImageReference(text);
    expect(reference).toMatchObject({ repository: 'a/b', tag: '1', digest: `sha256:${'0'.repeat(64)}` });
  });
  it.each(['Python', 'a//b', 'a:', ':a', 'a@sha256:1', '', 'a b', 'http://x/y', 'x/Y'])('refuses %s', (text) =>
    expect(parseImageReference(text)).toBeUndefined(),
  );
});

describe('problems', () => {
  const codes = (text: string): string[] =>
    parse(text).problems.map(({ code, span }) => `${code}@${text.slice(0, span.start).split('\n').length}`);

  it.each([
    ['', ['empty-file@1']],
    ['# x\n', ['no-instructions@1']],
    ['name: ci\n\non: push\n', ['no-dockerfile@1']],
    ['ARG a\n', ['no-stage@1']],
    ['RUN x\nFROM a\n', ['before-from@1']],
    ['RUN x\nARG V\nFROM a:$V\n', ['before-from@1']],
    ['RUN x\n', ['before-from@1']],
    ['FROM a\nRUNN x\n', ['unknown-instruction@2']],
    ['FROM a\nCOPY x\n', ['missing-argument@2']],
    ['FROM a\nCOPY --form=b x y\n', ['unknown-flag@2']],
    ['FROM a\nCOPY --from=b --from=c x y\n', ['duplicate-flag@2']],
    ['FROM a\nCOPY --chmod=9 x y\n', ['chmod@2']],
    ['FROM a\nCMD ["a", 1]\n', ['json-not-strings@2']],
    ['FROM a\nENV A=1 B\n', ['key-value@2']],
    ['FROM a\nHEALTHCHECK --interval=5 CMD x\n', ['duration@2']],
    ['FROM a\nEXPOSE 70000\n', ['port@2']],
    ['FROM a\nSTOPSIGNAL SIGFOO\n', ['signal@2']],
    ['FROM a\nRUN --mount=type=cahce,target=/x y\n', ['mount@2']],
    ['FROM a\nRUN <<EOF\nx\n', ['unterminated-heredoc@2']],
    ['FROM a AS b\nCOPY --from=b x y\n', ['stage-order@2']],
    ['FROM A\n', ['image-reference@1']],
    ['# escape=x\nFROM a\n', ['escape-directive@1']],
    ['FROM a\nSHELL bash\n', ['shell-not-json@2']],
    ['FROM a\nONBUILD FROM x\n', ['onbuild-trigger@2']],
    ['FROM a:$V\n', ['image-reference@1']],
    ['FROM $V\n', ['image-reference@1']],
    ['ARG V\nFROM a:$V\n', []],
    ['FROM a AS b\nFROM B\n', ['image-reference@2']],
    ['FROM --platform=intel a\n', ['platform@1']],
    ['FROM a AS x\nFROM a\nCOPY --from=x /a /b\nFROM a AS x\n', ['stage-order@3']],
    ['FROM a\nFROM a\nCOPY --from=nginx /a /b\nCOPY --from=2 /a /b\nCOPY --from=3 /a /b\n', ['stage-order@5']],
    ['FROM a\nCOPY --from=No /a /b\n', ['image-reference@2']],
    ['FROM a\nRUN --network=bridge x\n', ['flag-choice@2']],
    ['FROM a\nRUN --security=none x\n', ['flag-choice@2']],
    ['FROM a\nRUN --device=x,y z\n', ['device@2']],
    ['FROM a\nRUN --device=nvidia.com/gpu=all,required z\n', []],
    ['FROM a\nCOPY --link=True a b\n', []],
    ['FROM a\nCOPY --link= a b\n', ['flag-value@2']],
    ['FROM a\nCOPY --link --chown=app a b\n', ['chown-link@2']],
    ['FROM a\nADD --checksum=sha256:0 a b\n', ['checksum-use@2']],
    ['FROM a\nADD --checksum=sha256:0 $URL b\n', []],
    ['FROM a\nONBUILD --x RUN y\n', ['unknown-flag@2']],
    ['FROM a\nONBUILD COPY x\n', []],
    ['FROM a AS b\nONBUILD COPY x\nFROM b\nFROM b\n', ['missing-argument@2']],
    ['FROM a\nHEALTHCHECK CMD []\n', ['missing-argument@2']],
    ['FROM a\nHEALTHCHECK CMD [1]\n', ['json-not-strings@2']],
    ['FROM a\nVOLUME ""\n', ['missing-argument@2']],
    ["FROM a\nCOPY <<A <<'B' /x\n$a \"\n${}\nA\n${}\nB\n", ['bad-substitution@4']],
    ['FROM a\nEXPOSE "99999"\n', ['port@2']],
    ['FROM a\nENV A=${PATH#\\x}\n', ['bad-substitution@2']],
    ['  # check=nope\nFROM a\n', []],
    ['FROM a\nHEALTHCHECK --nope=1 NONE\nSTOPSIGNAL --nope SIGTERM\nARG --nope A\n', []],
    ['FROM a\nRUN\nCMD\nENTRYPOINT\n', []],
    ['FROM a\n\uFEFFRUN x\n', ['unknown-instruction@2']],
    ['FROM a\nENV A=${B:-x y}\n', ['key-value@2']],
    ['FROM a\nENV A="${B:-x y}" C=${D:-"x y"}\n', []],
    ['FROM a\nENV A="x y\n', ['unclosed-quote@2']],
    ["FROM a\nENV A='x\\' y'\n", ['key-value@2']],
    [`FROM a\nRUN ${'x'.repeat(70_000)}\nFOO\n`, ['line-too-long@2', 'unknown-instruction@3']],
  ])('%j', (text, expected) => expect(codes(text)).toEqual(expected));

  it('says nothing of what is fine', () => {
    expect(
      codes(
        'ARG X\nFROM ${X:-a} AS b\nFROM b\nCOPY --from=0 x y\nCOPY --chmod=u+x --link a b\nEXPOSE 80 8000-8010 53/udp $P\nHEALTHCHECK --interval=1m30s --retries=3 CMD x\nSTOPSIGNAL 9\nSTOPSIGNAL SIGRTMIN+3\n',
      ),
    ).toEqual([]);
  });
});

describe('mounts', () => {
  const reason = (options: string): string | undefined =>
    parse(`FROM a\nRUN --mount=${options} true\n`).problems.map(({ code, data }) => (code === 'mount' ? data['reason'] : code))[0];

  it.each([
    ['type=cache,target=/x,sharing=LOCKED,mode=0755,uid=1', undefined],
    ['type=secret,id=a,required,env=A', undefined],
    ['type=$T,sharing=locked,target=/', undefined],
    ['type=${T:-cache},target=/x', undefined],
    ['type=cahce', 'type=cahce does not exist; use bind, cache, tmpfs, secret, ssh'],
    ['targt=/x', 'there is no mount option `targt`; did you mean `target`?'],
    ['type=cache,target', '`target` needs a value'],
    ['required,type=secret,id=a', '`type=secret` must stand in front of `required`'],
    ['type=cache,required,target=/x', '`required` is for secret and ssh mounts, not for type=cache'],
    ['size=1m,type=tmpfs,target=/x', '`type=tmpfs` must stand in front of `size`'],
    ['type=tmpfs,size=lots,target=/x', 'size=lots is no size; write 64m or 1g'],
    ['type=cache,target=/x,mode=9', 'mode=9 is no octal mode; write 0600'],
    ['type=cache,target=/x,uid=-1', 'uid=-1 is no number'],
    ['target=/x,gid=1', '`gid` is for secret, ssh and cache mounts, not for type=bind'],
    ['target=/x,ro=maybe', 'readonly=maybe is neither true nor false'],
    ['type=cache,target=/', 'it would hide the whole file system: `target` is `/`'],
    ['target=/x,sharing=shared', '`sharing` is for cache mounts, not for type=bind'],
    ['type=cache,target=/x,sharing=all', 'sharing=all does not exist; use shared, private or locked'],
    ['type=secret', 'a secret mount needs an `id`'],
    ['type=secret,id=a,source=b', 'a secret mount takes `id` or `source`, not both'],
    ['type=secret,id=a,from=b', 'a secret mount cannot have `from`'],
    ['type=ssh,source=b', 'an ssh mount cannot have `source`'],
    ["'target=/x,\"y'", 'it is no list of `name=value` with commas between them'],
    ['target=/x,from=$A', 'variable-in-from-flag'],
    ['target=${x', 'bad-substitution'],
  ])('%s', (options, expected) => expect(reason(options)).toBe(expected));
});

describe('messages', () => {
  it('exist for every problem, and every one of them can come up', () => {
    const texts = [
      '',
      '# x\n',
      'a: b\nc: d\n',
      'ARG a\n',
      'RUN x\nFROM a\n',
      'FROM a\nQQQ x\n',
      'FROM a\nWORKDR x\n',
      'FROM a\nCOPY x\n',
      'FROM a AS\n',
      'FROM a # x\n',
      'FROM a AS 1\n',
      'FROM a\nCOPY --zzzzzz x y\n',
      'FROM a\nCOPY --form=b x y\n',
      'FROM a\nCOPY --from=b --from=c x y\n',
      'FROM a\nCOPY --from x y\n',
      'FROM a\nCMD ["a", 1]\n',
      'FROM a\nSHELL bash\n',
      'FROM a\nENV A=1 B\n',
      'FROM a\nENV A=1 # B\n',
      'FROM a\nENV A=$(ls b)\n',
      'FROM a\nENV A\n',
      'FROM a\nENV =1\n',
      'FROM a\nENV A="1\n',
      'FROM a\nENV A=${}\n',
      'FROM a\nRUN <<EOF\n',
      'FROM a\nCOPY a <<EOF\nx\nEOF\n',
      `FROM a\nRUN ${'x'.repeat(70_000)}\n`,
      '# escape=x\nFROM a\n',
      '# syntax=x\n# syntax=y\nFROM a\n',
      '# check=x\nFROM a\n',
      'FROM a\nONBUILD FROM x\n',
      'FROM a\nHEALTHCHECK curl x\n',
      'FROM a\nHEALTHCHECK NONE x\n',
      'FROM a\nHEALTHCHECK --interval=5 CMD x\n',
      'FROM a\nHEALTHCHECK --retries=x CMD x\n',
      'FROM a\nEXPOSE 70000\n',
      'FROM a\nEXPOSE 80 # x\n',
      'FROM a\nSTOPSIGNAL SIGX\n',
      'FROM a\nRUN --mount=type=x y\n',
      'FROM a\nCOPY https://x/y z\n',
      'FROM a\nCOPY --chmod=9 x y\n',
      'FROM a\nADD --checksum=x https://x/y z\n',
      'FROM A\n',
      'FROM a:$V\n',
      'ARG TAG=1\nFROM a:$TAGG\n',
      'FROM a AS b\nFROM B\n',
      'FROM --platform=x a\n',
      'FROM a\nRUN --network=x y\n',
      'FROM a\nRUN --device=x,y z\n',
      'FROM a\nCOPY --link --chown=app a b\n',
      'FROM a\nADD --checksum=x y z\n',
      'FROM a\nCOPY --from=$X y z\n',
      'FROM a AS b\nCOPY --from=b x y\n',
      'FROM a\nCOPY --from=b x y\nFROM c AS b\n',
      'FROM a\nCOPY --from=7 x y\n',
    ];
    const files = [...texts.map((text) => sourceFromText('Dockerfile', text)), sourceFromText('compose.yaml', 'services: [\n')];
    const said = new Set(files.flatMap((file) => lint(file, { select: ['syntax-error'] }).findings.map(({ messageId }) => messageId)));
    const rule = rules.find(({ id }) => id === 'syntax-error');
    expect([...said].sort()).toEqual(Object.keys(rule?.messages ?? {}).sort());
  });
});
