import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, Heredoc, RunInstruction, RunningInstruction, Script, ShellWord, Stage } from '../src/model/dockerfile.js';
import { readScript } from '../src/model/shell.js';
import { sourceFromText } from '../src/source/source-file.js';
import { LogicalText, LogicalTextBuilder } from '../src/syntax/logical-text.js';
import { parseSyntax } from '../src/syntax/parse.js';
import type { CommandForm, ExecWord } from '../src/syntax/tree.js';

const STAGE = {} as Stage;

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly shell?: readonly string[];
  readonly heredocs?: readonly Heredoc[];
}

/** A RUN whose arguments begin at the start of the file, continuations joined as the scanner joins them. */
function run(source: string, options: Options = {}): Script {
  const builder = new LogicalTextBuilder();
  let at = 0;
  for (const piece of source.split(/(\\[ \t]*\n(?:[ \t]*#[^\n]*\n)*)/)) {
    if (!/^\\[ \t]*\n/.test(piece)) builder.add(piece, at);
    at += piece.length;
  }
  const text = builder.build(0);
  const span = { start: 0, end: source.length };
  return read({ form: 'shell', text, span, brokenJson: false }, options);
}

/** A RUN with heredocs: the first line, then each heredoc's body up to its terminator. */
function runHeredoc(source: string, options: Options = {}): Script {
  const [line = ''] = source.split('\n', 1);
  const heredocs: Heredoc[] = [];
  let at = line.length + 1;
  for (const match of line.matchAll(/(?<![^\s\d])(\d*)<<(-?)(["']?)(\w+)\3/g)) {
    const [, descriptor = '', dash, quote, name = ''] = match;
    const end = new RegExp(`^${dash === '-' ? '\\t*' : ''}${name}\\r?$`, 'm').exec(source.slice(at));
    const length = end?.index ?? source.length - at;
    heredocs.push({
      name,
      fileDescriptor: Number(descriptor),
      expand: quote === '',
      stripTabs: dash === '-',
      content: source.slice(at, at + length),
      contentSpan: { start: at, end: at + length },
      terminatorSpan: { start: at + length, end: at + length + (end?.[0].length ?? 0) },
    });
    at += length + (end?.[0].length ?? 0) + 1;
  }
  const text = LogicalText.of(line, 0);
  return read({ form: 'shell', text, span: { start: 0, end: line.length }, brokenJson: false }, { ...options, heredocs });
}

/** An exec form; `source` is the JSON array without escapes in it. */
function exec(source: string, options: Options = {}): Script {
  const words: ExecWord[] = [];
  for (const match of source.matchAll(/"([^"]*)"/g)) {
    const span = { start: match.index, end: match.index + match[0].length };
    const text = LogicalText.of(match[1] ?? '', match.index + 1);
    words.push({ value: match[1] ?? '', span, text, offset: match.index });
  }
  return read({ form: 'exec', words, span: { start: 0, end: source.length } }, options);
}

function read(command: CommandForm, { environment = {}, shell, heredocs = [] }: Options): Script {
  const instruction = { keyword: 'RUN', command, heredocs } as unknown as RunningInstruction;
  const lookup = (name: string) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
  return readScript(instruction, STAGE, { lookup, shell: shell ?? ['/bin/sh', '-c'] });
}

/** A word for comparing: its value, or its prefix and an ellipsis. */
function shown(word: ShellWord): string {
  return word.value ?? `${word.prefix}…`;
}

/** `wrapper>wrapper>program argument argument`, in order. */
function commands(script: Script): string[] {
  return script.commands.map((command) =>
    [...command.wrappers.map((wrapper) => `${wrapper.name}>`), command.words.map(shown).join(' ')].join(''),
  );
}

function words(source: string, environment: Readonly<Record<string, string>> = {}): string[] {
  return run(`x ${source}`, { environment }).commands[0]?.args.map(shown) ?? [];
}

/** What every command's and every word's span covers in the file. */
function spans(source: string, script: Script): string[] {
  return script.commands.map(({ span }) => source.slice(span.start, span.end));
}

function only(script: Script): Command {
  expect(script.commands).toHaveLength(1);
  return script.commands[0] as Command;
}

describe('lists', () => {
  it('reads the commands of lists, pipelines, groups and compounds in the order of the text', () => {
    const source =
      'a 1 && b || c; d & e | f |& g; (h; i) && { j; } ; if k; then l; elif m; then n; else o; fi; for x in 1; do p; done; while q; do r; done; until s; do t; done; case x in y) u;; *) v;; esac; select x in 1; do w; done; f() { y; }; function g { z; }; ! aa; time bb; coproc cc';
    expect(
      run(source)
        .commands.map(({ name }) => name)
        .join(' '),
    ).toBe('a b c d e f g h i j k l m n o p q r s t u v w y z aa bb cc');
    expect(run(source).complete).toBe(true);
  });

  it('reads substitutions wherever they stand', () => {
    const source =
      'X=$(a) b "$(c `d`)" <(e) >(f) > $(g) && [[ -f $(h) && ! $(i) = $(j) ]] && (( $(k) )) && l $((1 + $(m))) ${X:-$(n)} q=($(o)); y+=($(p)); for z in $(r); do :; done; case $(s) in $(t)) :;; esac; u {a,$(v)} [$(w)]*; (x) > $(y); for ((i=0; i<$(z); i++)); do :; done';
    const names = run(source).commands.map(({ name }) => name);
    expect(names.filter((name) => name !== ':' && name !== '').join('')).toBe('bacdefghijklmnoprstuvwxyz');
  });

  it('knows what stands in a substitution', () => {
    const { commands: all } = run('a $(b | c) <(d) `e $(f)`');
    expect(all.map(({ name, substituted }) => `${name}${substituted ? '$' : ''}`)).toEqual(['a', 'b$', 'c$', 'd', 'e$', 'f$']);
  });

  it.each([
    ['a && b', ''],
    ['a || b', 'b'],
    ['a || b && c', 'b'],
    ['a && b || c && d', 'c'],
    ['a || b || c', 'b c'],
    ['a || (b && c)', 'b c'],
    ['a || { b; c; } && d', 'b c'],
    ['if a; then b; elif c; then d; else e; fi; f', 'b c d e'],
    ['while a; do b; done', 'b'],
    ['for x in 1; do b; done', 'b'],
    ['case x in y) b;; esac', 'b'],
    ['f() { a; }; f', 'a'],
    ['[ x ] && b || c', 'b c'],
    ['[ x ] && b', ''],
    ['test x && b; c || d', 'd'],
    ['a || b | c', 'b c'],
    ['a "$(b)" || c "$(d)"', 'c d'],
    ['a ${X:-$(b)}', 'b'],
  ])('%s: may be passed over: %s', (source, expected) => {
    const conditional = run(source).commands.filter((command) => command.conditional);
    expect(conditional.map(({ name }) => name).join(' ')).toBe(expected);
  });

  it.each([
    ['a && b || c; d\ne & f | g', 'a &&b ||c ;d ;e ;f |g'],
    ['a && (b; c) && { d; }', 'a &&b ;c &&d'],
    ['a; if b; then c; d; fi', 'a ;b c ;d'],
    ['a && sh -c "b; c"', 'a &&b ;c'],
    ['a | (b; c)', 'a |b ;c'],
    ['a $(b; c)', 'a b ;c'],
  ])('connectors of %s', (source, expected) => {
    expect(
      run(source)
        .commands.map(({ connector = '', name }) => connector + name)
        .join(' '),
    ).toBe(expected);
  });

  it('gives the commands of one pipeline one number', () => {
    const { commands: all } = run('a | b | sudo bash; c | (d; e); f && g');
    const groups = new Map<number, string>();
    for (const { pipeline, name } of all) groups.set(pipeline, (groups.get(pipeline) ?? '') + name);
    expect([...groups.values()]).toEqual(['abbash', 'cd', 'e', 'f', 'g']);
  });

  it('keeps assignments and redirections', () => {
    const { commands: all } = run('A=1 B="x y" a 2>/dev/null >>log 2>&1 <in; > empty; C=3');
    expect(all[0]?.assignments.map(({ name, value }) => `${name}=${value?.value}`)).toEqual(['A=1', 'B=x y']);
    expect(all[0]?.redirects.map((r) => `${r.fileDescriptor ?? ''}${r.operator}${r.target?.value}`)).toEqual([
      '2>/dev/null',
      '>>log',
      '2>&1',
      '<in',
    ]);
    expect(all[1]).toMatchObject({ name: '', words: [] });
    expect(all[2]?.assignments.map(({ name }) => name)).toEqual(['C']);
  });

  it('reads an unquoted version bound as the redirection it is', () => {
    const command = only(run('pip install tokenizers>=0.7 "x>=1"'));
    expect(command.words.map(shown)).toEqual(['pip', 'install', 'tokenizers', 'x>=1']);
    expect(command.redirects[0]?.target?.value).toBe('=0.7');
  });

  it('does not take a comment for words', () => {
    expect(commands(run('a b # c && d'))).toEqual(['a b']);
    expect(commands(run('a b#c'))).toEqual(['a b#c']);
  });
});

describe('words', () => {
  const environment = { V: '1.2.3', E: '', L: 'a  b', S: '*', H: '/root' };

  it.each([
    [`'a b' "c d" e\\ f g""h '' ""`, ['a b', 'c d', 'e f', 'gh', '', '']],
    [`"a\\"b\\$c\\d" \\$x $'t\\tn\\x41'`, ['a"b$c\\d', '$x', 't\tnA']],
    ['a$V "a${V}b" \'$V\'', ['a1.2.3', 'a1.2.3b', '$V']],
    ['$UNKNOWN a${UNKNOWN}b "x y$UNKNOWN"', ['…', 'a…', 'x y…']],
    ['$E "$E" $L "$L" x$L', ['', 'a', 'b', 'a  b', 'xa', 'b']],
    ['${V:-d} ${E:-d} ${E-d} ${U:-d} ${U-d}', ['1.2.3', 'd', '…', '…']],
    ['${V:+y} "${E:+y}" ${E+y} ${U:+y}', ['y', '', 'y', '…']],
    ['"${E:-$V}" "${E:-a b}" ${E:-a b}', ['1.2.3', 'a b', 'a', 'b']],
    ['${E:="$L"} "${E:=$L}"', ['…', '…']],
    ['${V:?no} ${E:?no} ${V?no}', ['1.2.3', '…', '1.2.3']],
    ['${V%.*} ${V%%.*} ${V#*.} ${V##*.} ${V%.9}', ['1.2', '1', '2.3', '3', '1.2.3']],
    ['${V//./-} ${V/./} ${V/#1/x} ${V/%3/y} ${V//[12]/n}', ['1-2-3', '12.3', 'x.2.3', '1.2.y', 'n.n.3']],
    ['${V:0:3} ${#V} ${H^^} ${H^}', ['1.2', '5', '/ROOT', '/root']],
    ['${V@Q} ${!V} ${V[0]} ${V: -1} ${V^^[a]} ${V%$U}', ['…', '…', '…', '…', '…', '…']],
    ['$? $$ $1 $@ $# "$*" $! $0', ['…', '…', '…', '…', '…', '…', '…', '…']],
    ['a$(b)c `d` $((1+1)) {a,b} <(e)', ['a…', '…', '…', '…', '…']],
    ['~/x $H/y foo[a,b]==2.*', ['~/x', '/root/y', 'foo[a,b]==2.*']],
    ['$', ['$']],
  ])('%s', (source, expected) => {
    expect(words(source, environment)).toEqual(expected);
  });

  it('marks globs and quotes', () => {
    const { args } = only(run('x a* "b*" c? [ab] d[1] $S "$S" \'q\' ~/p', { environment }));
    expect(args.map(({ glob }) => glob)).toEqual([true, false, true, true, true, true, false, false, false]);
    expect(args.map(({ quoted }) => quoted)).toEqual([false, true, false, false, false, false, true, true, false]);
  });

  it('gives each word the text and span of what is written', () => {
    const source = 'x $L "a\\\n b" c\\\nd';
    const { args } = only(run(source, { environment }));
    expect(args.map(({ text }) => text)).toEqual(['$L', '$L', '"a b"', 'cd']);
    expect(args.map(({ span }) => source.slice(span.start, span.end))).toEqual(['$L', '$L', '"a\\\n b"', 'c\\\nd']);
  });

  it.each([
    ['pip install a', 'pip'],
    ['/opt/venv/bin/pip install a', 'pip'],
    ['$UNKNOWN/bin/pip install a', 'pip'],
    ['"${UNKNOWN}/bin/pip" install a', 'pip'],
    ['pip$UNKNOWN install a', ''],
    ['$UNKNOWN install a', ''],
    ['/opt/$UNKNOWN install', ''],
    ['$H/bin/conda install', 'conda'],
    ['"pip" install', 'pip'],
    ['p\\ip install', 'pip'],
  ])('%s is called %s', (source, name) => {
    expect(only(run(source, { environment })).name).toBe(name);
  });
});

describe('variables of the script', () => {
  const last = (source: string, environment: Readonly<Record<string, string>> = {}) => {
    const command = run(source, { environment }).commands.findLast(({ name }) => name === 'x');
    return command?.args.map(shown).join(' ');
  };

  it.each([
    ['V=1; x $V', '1'],
    ['V=1 && export W=$V-2 && x $W', '1-2'],
    ['export V=1; readonly W="a b"; x $V "$W"', '1 a b'],
    ['V=1; V+=2; x $V', '12'],
    ['V=1 x $V', 'env'],
    ['V=$(date); x $V', '…'],
    ['[ a ] || V=1; x $V', '…'],
    ['[ a ] || { V=1; x $V; }', '1'],
    ['[ a ] && V=1; x $V', '…'],
    ['[ a ] && V=1 && x $V', '1'],
    ['[ a ] && V=1 || V=2; x $V', '…'],
    ['if a; then V=1; fi; x $V', '…'],
    ['if a; then V=1; x $V; fi', '1'],
    ['case a in b) V=1;; esac; x $V', '…'],
    ['for V in a b; do x $V; done', '…'],
    ['for V in a b; do :; done; x $V', '…'],
    ['for i in a b; do x $V; V=2; done', '…'],
    ['for i in a b; do V=2; x $V; done', '2'],
    ['while read V; do x $V; done', '…'],
    ['echo a | while read -r V; do x $V; done', '…'],
    ['read V; x $V', '…'],
    ['unset V; x $V', '…'],
    ['declare V=1; x $V', '…'],
    ['local V=1; x $V', '…'],
    ['V=(1 2); x $V', '…'],
    ['(V=1; x $V)', '1'],
    ['(V=1); x $V', 'env'],
    ['V=1 | true; x $V', 'env'],
    ['f() { V=1; }; f; x $V', '…'],
    ['f() { x $V; }; V=1; f', '…'],
    ['f() { x $V; }; f', 'env'],
    ['f() { V=2; x $V; }; f', '2'],
    ['. ./file; x $V', 'env'],
    ['eval "V=1"; x $V', '1'],
    ['IFS=:; x $V', '…'],
    ['V="a b"; x $V', 'a b'],
  ])('%s: %s', (source, expected) => {
    expect(last(source, { V: 'env' })).toBe(expected);
  });

  it('reads commands kept in variables, as deepo does', () => {
    const source = 'APT_INSTALL="apt-get install -y --no-install-recommends" && PIP="python -m pip" && $APT_INSTALL git && $PIP install x';
    expect(commands(run(source)).slice(2)).toEqual(['apt-get install -y --no-install-recommends git', 'python -m pip install x']);
    expect(run(source).commands[2]?.name).toBe('apt-get');
  });

  it('forgets what /etc/os-release sets', () => {
    expect(last('. /etc/os-release; x $VERSION_ID $V', { VERSION_ID: '1', V: 'v' })).toBe('… v');
  });

  it('gives a new shell only what is exported', () => {
    expect(last(`A=1; export B=2; sh -c 'x $A $B $C $D'`, { C: '3', D: '4' })).toBe('… 2 3 4');
    expect(last(`A=1 sh -c 'x $A'`)).toBe('1');
    expect(last(`env A=1 sh -c 'x $A $C'`, { C: '3' })).toBe('1 3');
    expect(last(`env -i A=1 sh -c 'x $A $C'`, { C: '3' })).toBe('1 …');
    expect(last(`sudo sh -c 'x $C'`, { C: '3' })).toBe('…');
    expect(last(`sudo -E sh -c 'x $C'`, { C: '3' })).toBe('3');
    expect(last(`sh -c 'C=9'; x $C`, { C: '3' })).toBe('3');
  });
});

describe('wrappers', () => {
  it.each([
    ['sudo -u root -H --preserve-env=X pip install a', 'sudo>pip install a'],
    ['sudo -EH -g staff X=1 -- pip', 'sudo>pip'],
    ['sudo -nu root pip', 'sudo>pip'],
    ['sudo -l', 'sudo -l'],
    ['sudo', 'sudo'],
    ['doas -u root pip', 'doas>pip'],
    ['env -u X -i A=1 B="c d" pip', 'env>pip'],
    ['env', 'env'],
    ['env A=1', 'env A=1'],
    ['time -p pip', 'time>pip'],
    ['time -f %e pip', 'time>pip'],
    ['/usr/bin/time -v -o f pip', 'time>pip'],
    ['nice -n 10 ionice -c 2 -n7 nohup pip', 'nice>ionice>nohup>pip'],
    ['nice -10 pip', 'nice>pip'],
    ['exec -a name pip', 'exec>pip'],
    ['exec > log', 'exec'],
    ['exec "$@"', 'exec>…'],
    ['command pip', 'command>pip'],
    ['command -v pip', 'command -v pip'],
    ['builtin cd x', 'builtin>cd x'],
    ['timeout -s KILL 10m pip', 'timeout>pip'],
    ['timeout --signal=KILL -k 5 10 pip', 'timeout>pip'],
    ['stdbuf -oL -e 0 pip', 'stdbuf>pip'],
    ['xvfb-run -a -s "-screen 0 1x1x24" python t.py', 'xvfb-run>python t.py'],
    ['tini -g -p SIGTERM -- jupyter lab', 'tini>jupyter lab'],
    ['dumb-init -- jupyter', 'dumb-init>jupyter'],
    ['gosu $USER pip', 'gosu>pip'],
    ['su-exec user:group pip -q', 'su-exec>pip -q'],
    ['setpriv --reuid 1000 --clear-groups pip', 'setpriv>pip'],
    ['eatmydata catchsegv unbuffer pip', 'eatmydata>catchsegv>unbuffer>pip'],
    ['busybox wget x', 'busybox>wget x'],
    ['busybox sh -c "a; b"', 'busybox>sh>a'],
    ['xargs -0 -n 1 -P4 -I{} pip install {}', 'xargs>pip install {}'],
    ['xargs', 'xargs'],
    ['conda run -n x --no-capture-output --cwd /a pip', 'conda>pip'],
    ['mamba run --name=x --live-stream pip', 'mamba>pip'],
    ['micromamba -r /m run -p $P -e A=1 python x', 'micromamba>python x'],
    ['conda install run', 'conda install run'],
    ['uv run --with torch --extra dev -p 3.12 python x.py', 'uv>python x.py'],
    ['uv --directory /app run --frozen gunicorn a:b', 'uv>gunicorn a:b'],
    ['uv run -m pytest', 'uv run -m pytest'],
    ['uv pip install run', 'uv pip install run'],
    ['poetry -C /a run gunicorn', 'poetry>gunicorn'],
    ['pipenv run python', 'pipenv>python'],
    ['pdm run -p /a python', 'pdm>python'],
    ['pixi run -e prod python', 'pixi>python'],
    ['hatch run test', 'hatch run test'],
    ['runuser -u me -- pip', 'runuser>pip'],
    ['find . -exec rm {} +', 'find . -exec rm {} +'],
    ['source x', 'source x'],
    ['numactl --interleave all python', 'numactl>python'],
  ])('%s: %s', (source, expected) => {
    expect(commands(run(source))[0]).toBe(expected);
  });

  it('collects assignments of env and sudo', () => {
    const source = `A=1 sudo B=2 env C="$V" 'D=x y' pip`;
    const { assignments, words: program, wrappers, span } = only(run(source, { environment: { V: 'v' } }));
    expect(assignments.map(({ name, value }) => `${name}=${value?.value}`)).toEqual(['A=1', 'B=2', 'C=v', 'D=x y']);
    expect(program.map(shown)).toEqual(['pip']);
    expect(wrappers.map(({ words: own }) => own.map(({ text }) => text).join(' '))).toEqual(['sudo B=2', `env C="$V" 'D=x y'`]);
    expect(source.slice(span.start, span.end)).toBe(source);
    const value = assignments[2]?.value?.span;
    expect(source.slice(value?.start, value?.end)).toBe('"$V"');
  });
});

describe('scripts inside scripts', () => {
  it.each([
    ['sh -c "a; b"', ['sh>a', 'sh>b']],
    [`bash -lc 'a && b'`, ['bash>a', 'bash>b']],
    ['bash -euxo pipefail -c "a"', ['bash>a']],
    ['bash -o pipefail --norc -ec "a" name arg', ['bash>a']],
    ['/bin/bash --rcfile f -i -c a', ['bash>a']],
    ['sudo -u x bash -c "env A=1 a"', ['sudo>bash>env>a']],
    ['su - me -c "a; b"', ['su>a', 'su>b']],
    ['su -s /bin/sh -c a me', ['su>a']],
    ['su me', ['su me']],
    [`runuser -l me -c 'a'`, ['runuser>a']],
    ['conda run -n x bash -c "a"', ['conda>bash>a']],
    ['eval "a b" c', ['eval>a b c']],
    ['bash script.sh -c', ['bash script.sh -c']],
    ['bash', ['bash']],
    ['bash -s -- x', ['bash -s -- x']],
    ['bash <<< "a; b"', ['bash>a', 'bash>b']],
    [`sh -c "sh -c 'a \\"b c\\"'"`, ['sh>sh>a b c']],
    ['bash -c', ['bash -c']],
    ['bash -c ""', ['bash -c ']],
  ])('%s', (source, expected) => {
    const script = run(source);
    expect(commands(script)).toEqual(expected);
    expect(script.complete).toBe(true);
  });

  it('maps spans through quotes, escapes and continuations', () => {
    const source = `bash -lc "pip install \\\n  'torch==$V' \\"x>=1\\" && \\$HOME/b $V"`;
    const script = run(source, { environment: { V: '2' } });
    expect(spans(source, script)).toEqual([`pip install \\\n  'torch==$V' \\"x>=1\\"`, '\\$HOME/b $V']);
    const [, , torch, x] = script.commands[0]?.words ?? [];
    expect(torch).toMatchObject({ value: 'torch==2', text: `'torch==2'` });
    expect(source.slice(torch?.span.start, torch?.span.end)).toBe(`'torch==$V'`);
    expect(x?.value).toBe('x>=1');
    expect(script.commands[1]).toMatchObject({ name: 'b' });
    const value = script.commands[1]?.words[1];
    expect(source.slice(value?.span.start, value?.span.end)).toBe('$V');
  });

  it.each([
    [`sh -c "a \\"b c\\" \\$d"`, ['a', '\\"b c\\"', '\\$d']],
    [`sh -c 'a '\\''b c'\\'' d'`, ['a', `'\\''b c'\\''`, 'd']],
    [`sh -c 'a '"'"'b c'"'"' d'`, ['a', `'"'"'b c'"'"'`, 'd']],
    [`sh -c $'a \\'b c\\' \\x64\\u0065'`, ['a', `\\'b c\\'`, '\\x64\\u0065']],
    [`sh -c a\\ \\"b\\ c\\"`, ['a', '\\"b\\ c\\"']],
    ['X=`a \\`b\\` \\$c`', ['a', '\\`b\\`', '\\$c']],
  ])('%s: an escape belongs to the word it stands in', (source, expected) => {
    const { words: own = [] } = run(source).commands.find(({ name }) => name === 'a') ?? {};
    expect(own.map(({ span }) => source.slice(span.start, span.end))).toEqual(expected);
  });

  it('keeps what the outer shell fills in and nobody knows dynamic', () => {
    const script = run(`bash -c "a '$X' b$(c)d '$(e \\"f\\")'; X=1; g $X"`);
    expect(commands(script)).toEqual(['bash>a … b… …', 'bash>', 'bash>g …', 'c', 'e "f"']);
    expect(script.commands[0]?.words.map(({ text }) => text)).toEqual(['a', `'$X'`, 'b$(c)d', `'$(e \\"f\\")'`]);
    expect(script.complete).toBe(true);
  });

  it('keeps the shell where its whole script is unknown', () => {
    const script = run('sh -c "$X"; b');
    expect(commands(script)).toEqual(['sh -c …', 'b']);
    expect(script.complete).toBe(false);
    expect(run('eval $X').complete).toBe(false);
    const installer = run('sh -c "$(curl -fsSL https://example.org/install.sh)" "" --unattended && b');
    expect(commands(installer)).toEqual(['sh -c …  --unattended', 'curl -fsSL https://example.org/install.sh', 'b']);
    expect(installer.complete).toBe(true);
    const hook = run('eval "$(conda shell.bash hook)" && conda activate x');
    expect(commands(hook)).toEqual(['eval …', 'conda shell.bash hook', 'conda activate x']);
    expect(hook.complete).toBe(true);
  });

  it('reads backticks with escapes', () => {
    const source = 'a "`b \\"c\\" \\`d\\``"';
    const script = run(source);
    expect(commands(script)).toEqual(['a …', 'b c …', 'd']);
    expect(spans(source, script)).toEqual([source, 'b \\"c\\" \\`d\\`', 'd']);
  });

  it('hands redirections and assignments down', () => {
    const script = run('A=1 sh -c "B=2 a; b" > log');
    expect(script.commands.map(({ assignments }) => assignments.map(({ name }) => name).join())).toEqual(['A,B', 'A']);
    expect(script.commands.map(({ redirects }) => redirects[0]?.target?.value)).toEqual(['log', 'log']);
  });

  it('ends', () => {
    expect(run(`X='eval "$X"; eval "$X"'; eval "$X"`).complete).toBe(false);
    const bomb = `A=aaaaaaaaaaaaaaaa; ${'A="$A$A$A$A $A$A"; '.repeat(40)} x $A`;
    expect(run(bomb).complete).toBe(true);
    expect(run(`A="${'a '.repeat(8000)}"; x ${'$A '.repeat(2000)}`).complete).toBe(true);
  });
});

describe('exec form', () => {
  it('is one command without a shell', () => {
    const source = '["pip", "install", "$X", "a b", "*", "~"]';
    const command = only(exec(source, { environment: { X: '1' } }));
    expect(command.words.map(({ value }) => value)).toEqual(['pip', 'install', '$X', 'a b', '*', '~']);
    expect(command.words.every(({ glob }) => !glob)).toBe(true);
    expect(source.slice(command.span.start, command.span.end)).toBe(source.slice(1, -1));
  });

  it.each([
    ['["sh", "-c", "a && b $X"]', ['sh>a', 'sh>b 1']],
    ['["/bin/bash", "-euxo", "pipefail", "-c", "a"]', ['bash>a']],
    ['["tini", "--", "conda", "run", "-n", "x", "python", "a.py"]', ['tini>conda>python a.py']],
    ['["uv", "run", "uvicorn"]', ['uv>uvicorn']],
    ['["bash"]', ['bash']],
    ['["powershell", "a; b"]', ['powershell a; b']],
    ['[]', []],
  ])('%s', (source, expected) => {
    const script = exec(source, { environment: { X: '1' }, shell: ['powershell'] });
    expect(commands(script)).toEqual(expected);
    expect(script.complete).toBe(true);
  });

  it('has exact spans inside the script', () => {
    const source = '["sh", "-c", "a && exec b $X"]';
    expect(spans(source, exec(source))).toEqual(['a', 'exec b $X']);
  });
});

describe('SHELL', () => {
  it.each([
    [['/bin/bash', '-o', 'pipefail', '-c'], true],
    [['bash.exe', '-c'], true],
    [['/bin/ash', '-eo', 'pipefail', '-c'], true],
    [['conda', 'run', '-n', 'env', '/bin/bash', '-c'], true],
    [['micromamba', 'run', '-n', 'env', 'bash', '-c'], true],
    [['/usr/local/bin/_dockerfile_shell.sh'], true],
    [['/usr/bin/env', 'bash', '-c'], true],
    [['powershell', '-Command'], false],
    [['C:\\Windows\\pwsh.exe', '-Command'], false],
    [['cmd', '/S', '/C'], false],
    [['/usr/bin/fish', '-c'], false],
  ])('%j', (shell, isRead) => {
    const script = run('a; b', { shell });
    expect(script.commands).toHaveLength(isRead ? 2 : 0);
    expect(script.complete).toBe(isRead);
  });

  it('is cmd in a file that escapes with a backtick, until the file says otherwise', () => {
    const scripts = (text: string) => {
      const { stages } = buildModel(parseSyntax(sourceFromText('Dockerfile', text)));
      return stages.flatMap((stage) =>
        stage.instructions.filter(({ keyword }) => keyword === 'RUN').map((instruction) => scriptOf(instruction as RunInstruction, stage)),
      );
    };
    const [cmd, bash, pwsh] = scripts('# escape=`\nFROM x\nRUN a & b\nSHELL ["bash", "-c"]\nRUN c `\n  d\nSHELL ["pwsh", "-c"]\nRUN e\n');
    expect(cmd).toMatchObject({ commands: [], complete: false });
    expect(bash && commands(bash)).toEqual(['c d']);
    expect(pwsh).toMatchObject({ commands: [], complete: false });
  });

  it('does not split words for zsh', () => {
    expect(run('x $L', { shell: ['/bin/zsh', '-c'], environment: { L: 'a b' } }).commands[0]?.args.map(shown)).toEqual(['a b']);
    expect(run('zsh -c "x \\$L"; x $L', { environment: { L: 'a b' } }).commands.map(({ args }) => args.map(shown))).toEqual([
      ['a b'],
      ['a', 'b'],
    ]);
  });
});

describe('heredocs', () => {
  it('reads a heredoc that is the whole RUN as the script', () => {
    const source = '<<EOF\nset -e\npip install \\\n  a # c\nb "$X"\nEOF\n';
    const script = runHeredoc(source, { environment: { X: '1' } });
    expect(commands(script)).toEqual(['set -e', 'pip install a', 'b 1']);
    expect(spans(source, script)).toEqual(['set -e', 'pip install \\\n  a', 'b "$X"']);
  });

  it('strips tabs, carriage returns and quotes', () => {
    const source = "<<-'EOF'\r\n\ta 1\r\n\t\tb\r\n\tEOF\r\n";
    const script = runHeredoc(source);
    expect(commands(script)).toEqual(['a 1', 'b']);
    expect(spans(source, script)).toEqual(['a 1', 'b']);
  });

  it.each([
    ['#!/bin/bash -e', 1],
    ['#!/usr/bin/env bash', 1],
    ['#!/usr/bin/env -S bash -e', 1],
    ['#!/usr/bin/env python3', 0],
    ['#!/usr/bin/perl', 0],
    ['#!', 0],
  ])('lets %s decide', (line, count) => {
    const script = runHeredoc(`<<EOF\n${line}\na\nEOF\n`, { shell: ['powershell'] });
    expect(script.commands).toHaveLength(count);
    expect(script.complete).toBe(count === 1);
  });

  it('reads what is fed to a shell and leaves data alone', () => {
    const source = 'bash <<A && python3 - <<B && cat <<C > f && g\npip install $X "\\$Y"\nA\nimport os\nB\n$(h)\nC\n';
    const script = runHeredoc(source, { environment: { X: '1', Y: '2' } });
    expect(commands(script)).toEqual(['bash>pip install 1 2', 'python3 -', 'cat', 'h', 'g']);
    expect(spans(source, script)).toEqual(['pip install $X "\\$Y"', 'python3 - <<B'.slice(0, 9), 'cat <<C'.slice(0, 3), 'h', 'g']);
    expect(script.complete).toBe(true);
  });

  it('gives a shell with a script its own input', () => {
    expect(commands(runHeredoc('bash run.sh <<A\nx\nA\n'))).toEqual(['bash run.sh']);
    expect(commands(runHeredoc("nice bash -e <<-'A'\n\tx $Y\n\tA\n", { environment: { Y: '2' } }))).toEqual(['nice>bash>x 2']);
    expect(commands(runHeredoc('3<<A cat\nx\nA\n'))).toEqual(['cat']);
  });

  it('reads what cat pipes into a shell', () => {
    const source = "cat <<'A' | sudo sh -s\npip install x\nA\n";
    expect(commands(runHeredoc(source))).toEqual(['cat', 'sudo>sh>pip install x']);
    expect(spans(source, runHeredoc(source))).toEqual(['cat', 'pip install x']);
    expect(commands(runHeredoc('bash -s -- y <<A\nx\nA\n'))).toEqual(['bash>x']);
    expect(commands(runHeredoc('cat <<A | grep x | sh; sh\npip install x\nA\n'))).toEqual(['cat', 'grep x', 'sh', 'sh']);
    expect(commands(runHeredoc('cat f <<A | sh\npip install x\nA\n'))).toEqual(['cat f', 'sh']);
  });

  it('reads heredocs inside scripts', () => {
    const source = '<<EOF\ncat <<X > f\nnot a command\nX\nb\nEOF\n';
    expect(commands(runHeredoc(source))).toEqual(['cat', 'b']);
  });

  it('bears one that BuildKit does not take', () => {
    expect(commands(run('cat<<EOF && b'))).toEqual(['cat', 'b']);
    expect(commands(run('cat <<<"a" && b'))).toEqual(['cat', 'b']);
  });
});

describe('faulty text', () => {
  it.each([
    ['x ) && y z; foo && bar', ['x', 'y z', 'foo', 'bar']],
    ['&& foo bar; baz', ['foo bar', 'baz']],
    ['foo | | bar; baz', ['foo', 'bar', 'baz']],
    ['a && ; b', ['a', 'b']],
    ['if a; then b', ['a', 'b']],
    ['a "b', ['a b']],
    ['a; fi; b', ['a', 'b']],
    ['a `b', ['a …', 'b']],
  ])('%s', (source, expected) => {
    const script = run(source);
    expect(commands(script)).toEqual(expected);
    expect(script.complete).toBe(false);
  });

  it('reads nothing where there is nothing', () => {
    expect(run('')).toMatchObject({ commands: [], complete: true });
    expect(run('  ')).toMatchObject({ commands: [], complete: true });
    const none = { keyword: 'HEALTHCHECK' } as unknown as RunningInstruction;
    expect(readScript(none, STAGE, { lookup: () => undefined, shell: [] })).toMatchObject({
      commands: [],
      complete: true,
    });
  });

  it.each<[string, string]>([
    ['substitutions', '$('.repeat(5000)],
    ['subshells', '('.repeat(5000)],
    ['conditions', `${'if a; then '.repeat(3000)}b`],
    ['shells', `${'sh -c "'.repeat(500)}`],
    ['terms', `echo $((${'1+'.repeat(20_000)}$(a)))`],
    ['commands in a list', `${'a && '.repeat(20_000)}b`],
    ['commands in a pipeline', `${'a | '.repeat(20_000)}b`],
    ['defaults', '"${X:-'.repeat(3000)],
    ['stray brackets', `x ) `.repeat(3000)],
  ])('survives thousands of %s', (_, source) => {
    const script = run(source);
    for (const { span } of script.commands) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeLessThanOrEqual(source.length);
    }
  });
});

it('leaves the shell parser to one module', () => {
  const folder = new URL('../src/', import.meta.url);
  const importers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => /from 'unbash|import\('unbash/.test(readFileSync(new URL(path, folder), 'utf8')));
  expect(importers).toEqual(['model/shell-syntax.ts']);
});
