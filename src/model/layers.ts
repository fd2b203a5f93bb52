/**
 * The layers a build makes: which of them are in the image, and which an edit of the project's code makes anew. What an
 * instruction installs and brings is not known here; whoever asks says it.
 */
import type { CopyInstruction, Dockerfile, Instruction, RunInstruction, Span, Stage } from './dockerfile.js';
import { copySource, isInFinalImage, resolveFileSource } from './stages.js';
import { endOf } from './written-place.js';

/** What becomes of a layer when code of the project is edited. `perhaps`: only if files that it takes from elsewhere differ. */
export type Rebuild = 'never' | 'perhaps' | 'always';

/** A stage as a build sees it. Values only, so that a thread can send them and a report hold them. */
export interface StageLayers {
  /** Its FROM. */
  readonly from: Span;
  readonly name?: Span;
  /** `image`: its layers are layers of the image; `build`: only its files are used; `unused`: BuildKit never builds it. */
  readonly role: 'image' | 'build' | 'unused';
  /** The FROM of the earlier stage it is built from, if it is. */
  readonly parent?: Span;
  /** The instructions of other stages that take files out of it, in the order of the file. */
  readonly takenBy: readonly Span[];
  /** Of the stage it is built from, whose layers lie below its own. */
  readonly rebuildBelow: Rebuild;
  /** In the order in which they are built: triggers of ONBUILD, which stand in the stage it is built from, first. */
  readonly layers: readonly Layer[];
}

/** What one instruction puts on top. */
export interface Layer {
  /** The instruction, heredocs included. */
  readonly at: Span;
  readonly keyword: 'RUN' | 'COPY' | 'ADD' | 'WORKDIR';
  readonly rebuild: Rebuild;
  readonly contents: LayerContents;
}

/** What is known of what a layer holds; what is not known is not there. */
export interface LayerContents {
  readonly installs: readonly Installed[];
  /** What comes from the build context. */
  readonly files?: BroughtFiles;
  /** The words of a RUN that mount caches, which stay outside the image. */
  readonly cacheMounts: readonly Span[];
}

/** What a layer installs from one kind of place. */
export interface Installed {
  /** As people call it: `apt`, `PyPI`, `conda`. */
  readonly from: string;
  /** Packages named, and those that files list which could be read. */
  readonly packages: number;
  /** Files whose lists could not be counted, by the names the command gives them. */
  readonly lists: readonly string[];
  /** Whether that is all: false where words depend on something unknown. */
  readonly complete: boolean;
}

/** Files of the build context. */
export interface BroughtFiles {
  readonly count: number;
  readonly bytes: number;
  /** Whether that is all: false where a source depends on something unknown, or there were too many to count. */
  readonly complete: boolean;
}

/** What has to be told about an instruction to know its layer. */
export interface LayerKnowledge {
  contents(instruction: Instruction, stage: Stage): LayerContents;
  /** What an edit of code in the build context makes of the instruction by itself. */
  rebuild(instruction: RunInstruction | CopyInstruction, stage: Stage): Rebuild;
}

/** The layers of all stages, in the order of the file. */
export function stageLayers(dockerfile: Dockerfile, knowledge: LayerKnowledge): readonly StageLayers[] {
  const takenBy = new Map<Stage, Span[]>();
  for (const stage of dockerfile.stages) {
    for (const instruction of built(stage)) {
      for (const source of stagesRead(dockerfile, instruction, stage)) {
        const spans = takenBy.get(source) ?? [];
        if (spans.at(-1) !== instruction.span) spans.push(instruction.span);
        takenBy.set(source, spans);
      }
    }
  }
  const needed = neededStages(dockerfile);
  const ends = new Map<Stage, Rebuild>();
  return dockerfile.stages.map((stage) => {
    const rebuildBelow = (stage.parent && ends.get(stage.parent)) ?? 'never';
    let below = rebuildBelow;
    const layers: Layer[] = [];
    for (const instruction of built(stage)) {
      const { keyword } = instruction;
      if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD' && keyword !== 'WORKDIR') continue;
      let own: Rebuild = 'never';
      if (keyword !== 'WORKDIR') own = worst(knowledge.rebuild(instruction, stage), rebuildOfSources(dockerfile, instruction, stage, ends));
      const rebuild = isLinked(instruction) ? own : worst(below, own);
      below = worst(below, own);
      const at = { start: instruction.span.start, end: endOf(instruction) };
      layers.push({ at, keyword, rebuild, contents: knowledge.contents(instruction, stage) });
    }
    ends.set(stage, below);
    const { from, parent } = stage;
    return {
      from: from.span,
      ...(from.alias && { name: from.alias.span }),
      role: isInFinalImage(dockerfile, stage) ? 'image' : needed.has(stage) ? 'build' : 'unused',
      ...(parent && { parent: parent.from.span }),
      takenBy: takenBy.get(stage) ?? [],
      rebuildBelow,
      layers,
    };
  });
}

/** What a build of a stage runs, in order. */
function built({ triggers, instructions }: Stage): readonly Instruction[] {
  return triggers.length === 0 ? instructions : [...triggers, ...instructions];
}

/** SPEC: `--link` puts the files into a layer of its own, which the layers below have no part in. */
function isLinked({ flags }: Instruction): boolean {
  return flags.some(({ name, value }) => name === 'link' && value !== 'false');
}

/** SPEC: what comes out of another stage is known by its content, so that a stage built anew may give the same. */
function rebuildOfSources(dockerfile: Dockerfile, instruction: Instruction, stage: Stage, ends: ReadonlyMap<Stage, Rebuild>): Rebuild {
  return stagesRead(dockerfile, instruction, stage).some((source) => (ends.get(source) ?? 'never') !== 'never') ? 'perhaps' : 'never';
}

/** The earlier stages whose files an instruction reads: `COPY --from`, `RUN --mount=from=`. */
function stagesRead(dockerfile: Dockerfile, instruction: Instruction, stage: Stage): readonly Stage[] {
  const found = (name: string | undefined, allowIndex: boolean): readonly Stage[] => {
    const source = name === undefined ? undefined : resolveFileSource(dockerfile, name, allowIndex);
    return source?.kind === 'stage' && source.stage.index < stage.index ? [source.stage] : [];
  };
  if (instruction.keyword === 'COPY') return found(copySource(instruction), true);
  return instruction.keyword === 'RUN' ? instruction.mounts.flatMap(({ options }) => found(options.get('from'), false)) : [];
}

/** The final stage and all that it is built from or takes files from. */
function neededStages(dockerfile: Dockerfile): ReadonlySet<Stage> {
  const needed = new Set(dockerfile.finalStage === undefined ? [] : [dockerfile.finalStage]);
  for (const stage of needed) {
    if (stage.parent !== undefined) needed.add(stage.parent);
    for (const instruction of built(stage)) for (const source of stagesRead(dockerfile, instruction, stage)) needed.add(source);
  }
  return needed;
}

function worst(a: Rebuild, b: Rebuild): Rebuild {
  return a === 'always' || b === 'always' ? 'always' : a === 'perhaps' || b === 'perhaps' ? 'perhaps' : 'never';
}
