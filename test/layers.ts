/** What Docker caches the layers of a file by, to test what a fix says of the build cache. Worked out apart from the engine. */
import { buildModel } from '../src/model/build.js';
import type { Instruction, Stage } from '../src/model/dockerfile.js';
import type { SourceFile } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** A layer: where its instruction begins, and the key by which Docker finds it again, with those of the layers below in it. */
interface Layer {
  readonly offset: number;
  readonly key: string;
}

/** The layers of all stages, in the order of the file. */
function layersOf(source: SourceFile): readonly Layer[] {
  const { stages, syntax, globalArguments } = buildModel(parseSyntax(source));
  const names = new Set<string>();
  for (const instruction of syntax.instructions) {
    if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') for (const { key } of instruction.pairs) names.add(key.text);
  }
  const globals = globalArguments.map(({ logical }) => logical.text).join();
  const layers: Layer[] = [];
  const tops = new Map<Stage, string>();
  for (const stage of stages) {
    let below =
      stage.parent === undefined
        ? stage.from.logical.text + (stage.from.logical.text.includes('$') ? globals : '')
        : (tops.get(stage.parent) ?? '');
    layers.push({ offset: stage.from.span.start, key: below });
    for (const instruction of stage.instructions) {
      const own = keyOf(stage, instruction, names);
      if (own === undefined) continue;
      below = `${below}\n${own}`;
      layers.push({ offset: instruction.span.start, key: below });
    }
    tops.set(stage, below);
  }
  return layers;
}

function keyOf({ environment }: Stage, instruction: Instruction, names: ReadonlySet<string>): string | undefined {
  const { keyword, logical, heredocs } = instruction;
  const text = [logical.text, ...heredocs.map(({ content }) => content)].join('\n');
  if (keyword === 'COPY' || keyword === 'ADD' || keyword === 'WORKDIR') return environment.expand(text, instruction) ?? text;
  if (keyword !== 'RUN') return undefined;
  const values = [...names].sort().map((name) => {
    const value = environment.variable(name, instruction);
    return value.kind === 'known' ? `${name}=${value.value}` : value.kind === 'absent' ? '' : `${name}?`;
  });
  const user = environment.user(instruction);
  return JSON.stringify([text, values.filter(Boolean), user.kind === 'known' ? user.value : user.kind, environment.shell(instruction)]);
}

/** What is wrong with what a fix says it costs: a sentence each. @param from offset from which on it says that Docker builds anew */
export function wrongCost(before: SourceFile, after: SourceFile, from: number | undefined): readonly string[] {
  const old = layersOf(before);
  const now = new Set(layersOf(after).map(({ key }) => key));
  const lost = old.find(({ key }) => !now.has(key));
  const isNew = now.size > new Set(old.map(({ key }) => key)).size;
  if (from === undefined) return lost === undefined && !isNew ? [] : ['it rebuilds layers and does not say so'];
  if (lost !== undefined && lost.offset < from) return [`it rebuilds from ${lost.offset} and says from ${from}`];
  return lost === undefined && !isNew ? ['it says that it rebuilds, and nothing is rebuilt'] : [];
}
