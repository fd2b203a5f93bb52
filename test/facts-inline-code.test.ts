/** R and Julia in Dockerfiles, as their calls are read: strings, comments, brackets, names, and text that is no code at all. */
import { describe, expect, it } from 'vitest';
import { type CodeValue, callsIn, type Language } from '../src/facts/inline-code.js';

/** Calls as one line each: `name(argument, key=argument)`. */
function calls(text: string, language: Language = 'r', isDynamic = false): string[] {
  return callsIn(text, language, isDynamic).calls.map(({ name, args }) => `${name}(${args.map(shown).join(', ')})`);
}

function shown({ name, value }: { readonly name?: string; readonly value: CodeValue }): string {
  const text =
    value.kind === 'string'
      ? `"${value.value}"`
      : value.kind === 'symbol'
        ? value.name
        : value.kind === 'call'
          ? `${value.call.name}()`
          : value.kind === 'list'
            ? `[${value.items.map(shown).join(', ')}]`
            : '?';
  return name === undefined ? text : `${name}=${text}`;
}

describe('R', () => {
  it('reads nested calls, names and numbers', () => {
    expect(calls(`options(warn = 2); install.packages(c("a", 'b'), repos = NULL, Ncpus=4L)`)).toEqual([
      'options(warn=2)',
      'install.packages(c(), repos=NULL, Ncpus=4L)',
      'c("a", "b")',
    ]);
    expect(calls('BiocManager::install("x"); utils:::f(.libPaths()[1])')).toEqual([
      'BiocManager::install("x")',
      'utils:::f(?)',
      '.libPaths()',
    ]);
  });

  it('passes over comments, and brackets in strings', () => {
    expect(calls('f("(", \')\') # g(1)\nh(r"(a"b)c)")')).toEqual(['f("(", ")")', 'h("a"b)c")']);
  });

  it('knows what a name was given', () => {
    const { variables } = callsIn('x <- c("a")\ny = "b"; if (z == 1) w <- 2', 'r', false);
    expect([...variables.keys()]).toEqual(['x', 'y']);
  });

  it('takes no operation for its last part', () => {
    expect(calls('f(a + "b", paste0("c", d), "e" %in% g)')).toEqual(['f(?, paste0(), ?)', 'paste0("c", d)']);
  });

  it('leaves a string open that the shell fills in', () => {
    expect(calls('f("$NAME", "plain")', 'r', true)).toEqual(['f(?, "plain")']);
    expect(calls('f("$NAME")')).toEqual(['f("$NAME")']);
  });
});

describe('Julia', () => {
  it('reads lists, keywords, command strings and interpolation', () => {
    expect(calls('using Pkg; Pkg.add(["A", "B"]); Pkg.add(name="C", version="1"); pkg"add D"; f("$x")', 'julia')).toEqual([
      'Pkg.add(["A", "B"])',
      'Pkg.add(name="C", version="1")',
      'pkg"("add D")',
      'f(?)',
    ]);
    expect(calls('#= g(1) =# f(\'(\', x\', """a"b""") # h(2)', 'julia')).toEqual(['f(?, ?, "a"b")']);
  });
});

describe('text that is no code', () => {
  it.each(['', '(', ')', '"', 'f(', 'f(a,', '\\', '{[(', '#', 'r"(', "'", '\u0000', 'a::', '="', '))))'])('does not throw: %j', (text) => {
    for (const language of ['r', 'julia'] as const) expect(() => callsIn(text, language, true)).not.toThrow();
  });

  it('gives up on brackets that nobody nests, and says so', () => {
    expect(callsIn('f('.repeat(10_000), 'r', false).complete).toBe(false);
    expect(callsIn('f(1', 'r', false).complete).toBe(false);
    expect(callsIn('f(1)', 'r', false).complete).toBe(true);
  });
});
