import { brief } from '../../src/facts/exec-form.js';
import { factsOfBase } from '../../src/facts/images.js';
import { placeInFile } from '../../src/facts/inline-code.js';
import { type JuliaCall, type JuliaPackage, juliaCalls } from '../../src/facts/julia.js';
import { listed } from '../../src/facts/requirement.js';
import { words } from '../../src/facts/words.js';
import type { CopyInstruction, Script, Stage } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'julia-unpinned',
  family: 'julia',
  summary: 'Julia resolves packages anew at every build',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    added: {
      text: '`{call}` takes {packages} in whatever version the registry has on the day of the build',
      help: 'Copy Project.toml and Manifest.toml and run Pkg.instantiate(), or name a version: Pkg.add(name="{first}", version="1.2.3")',
    },
    branch: {
      text: '`{call}` takes {packages} from a branch, which is another one tomorrow',
      help: 'Name a tag or a commit instead of the branch: Pkg.add(name="{first}", rev="v1.2.3")',
    },
    updated: {
      text: '`{call}` replaces the versions of Manifest.toml by the newest that Project.toml allows',
      help: 'Remove it: Pkg.instantiate() installs what Manifest.toml names',
    },
    'no-manifest': {
      text: '`Pkg.instantiate` finds no Manifest.toml and resolves the ranges of Project.toml on the day of the build',
      help: 'Commit Manifest.toml and copy it as well: COPY Project.toml Manifest.toml ./',
    },
  },
  on: {
    *stage(stage, ctx) {
      const source = ctx.dockerfile.syntax.source.text;
      const calls = juliaCalls(stage, ctx.script);
      const own = calls.filter(({ code }) => code.script.stage === stage);
      if (own.length === 0) return;
      const manifest = manifestOf(stage);
      const isInstantiated = calls.some(({ action }) => action === 'instantiate');
      const isRestored = isInstantiated && manifest !== 'missing';
      const isNotebook = factsOfBase(stage.base)?.purpose === 'notebook';
      const said = new Set<string>();
      const byScript = new Map<Script, JuliaCall[]>();
      for (const each of own) {
        if (each.action === 'add') byScript.set(each.code.script, [...(byScript.get(each.code.script) ?? []), each]);
      }
      for (const each of own) {
        const { code, call, action } = each;
        const written = call.name === 'pkg"' ? 'pkg"' : call.name;
        const at = placeInFile(code, source, call.start, written);
        const [command] = call.args;
        const title = command?.value.kind === 'string' && call.name === 'pkg"' ? `pkg"${brief(command.value.value)}"` : call.name;
        const key = `${code.script.instruction.span.start} ${action}`;
        if (action === 'update' && (manifest === 'copied' || manifest === 'perhaps')) {
          if (isInstantiated) yield { at, message: 'updated', data: { call: title } };
        } else if (action === 'instantiate' && manifest === 'missing') {
          if (!said.has('instantiate')) yield { at, message: 'no-manifest' };
          said.add('instantiate');
        } else if (action === 'add' && !said.has(key)) {
          const adds = byScript.get(code.script) ?? [];
          const packages = adds.flatMap((other) => floatingOf(other, isRestored));
          // What goes wrong in one RUN is told once, at the first call that has a part in it.
          if (packages.length === 0 || floatingOf(each, isRestored).length === 0) continue;
          said.add(key);
          const branches = packages.filter(({ pinning }) => pinning === 'branch');
          const names = [...new Set((branches.length > 0 ? branches : packages).map(({ name }) => name))];
          const data = { call: title, packages: listed(names), first: names[0] ?? '' };
          const isExploratory = isNotebook || names.every((name) => TOOLS.has(name));
          if (branches.length > 0) yield { at, message: 'branch', data };
          else yield { at, message: 'added', data, ...(isExploratory ? ({ severity: 'info' } as const) : {}) };
        }
      }
    },
  },
});

/** What people sit in front of, not what a result depends on. */
const TOOLS = words(
  'IJulia Revise LanguageServer Pluto PlutoUI JuliaFormatter Conda PackageCompiler BenchmarkTools OhMyREPL Pkg JET Documenter',
);

/** The packages of an `add` whose version is open. Beside a Manifest.toml only branches count. */
function floatingOf({ packages }: JuliaCall, isRestored: boolean): readonly JuliaPackage[] {
  return packages.filter(({ pinning, name }) => pinning === 'branch' || (pinning === 'none' && !isRestored && name !== 'Pkg'));
}

/**
 * Whether a Manifest.toml is in a stage: *missing* only where Project.toml is copied by its name and nothing else that may hold one is.
 * LIMIT: what a `git clone` or a download brings counts as perhaps.
 */
function manifestOf(stage: Stage): 'copied' | 'missing' | 'perhaps' {
  const copies = inheritedInstructions(stage).filter((each): each is CopyInstruction => each.keyword === 'COPY' || each.keyword === 'ADD');
  const names = copies.flatMap(({ sources, flags }) =>
    sources.map(({ text }) => (flags.some(({ name }) => name === 'from') ? '*' : baseName(text))),
  );
  if (names.some((name) => /^(?:Julia)?Manifest(?:-v[\d.]+)?\.toml$/.test(name))) return 'copied';
  const isClear = names.includes('Project.toml') && names.every((name) => /^[^*?[$]+\.\w+$/.test(name));
  const brings = inheritedInstructions(stage).some(
    (each) =>
      each.keyword === 'RUN' && (each.mounts.some(({ type }) => type === 'bind') || /\bgit\b|curl|wget|Manifest/.test(each.logical.text)),
  );
  return isClear && !brings ? 'missing' : 'perhaps';
}

export const docs: RuleDocs = {
  why: 'Project.toml holds ranges at best; only Manifest.toml names one version of every package, dependencies included. `Pkg.add("DataFrames")` asks the registry of the day, so that two builds of one Dockerfile hold two sets of packages, and precompile both.',
  remedy:
    'Commit Manifest.toml and install from it: `COPY Project.toml Manifest.toml ./`, then `RUN julia --project=. -e \'using Pkg; Pkg.instantiate(); Pkg.precompile()\'`. For a single package name its version: `Pkg.add(name="DataFrames", version="1.7.0")`; its dependencies are still open then.',
  limits:
    'Only code behind `-e`, in a pipe from `echo` and in heredocs is read. An `add` beside `Pkg.instantiate()` is passed over unless Manifest.toml is known to be missing. Packages that only Julia knows (`Pkg.add(readdir(…))`) say nothing, nor do local paths. In notebook images, and of tools such as IJulia and Revise, an open version is worth an info only. Whether `Pkg.instantiate()` has a Manifest.toml is judged where Project.toml is copied by name and nothing else that may bring one.',
  references: [
    'https://pkgdocs.julialang.org/v1/toml-files/ (1.12, 2026-11)',
    'https://pkgdocs.julialang.org/v1/api/ (1.12, 2026-11)',
    'https://github.com/jupyter/docker-stacks/issues/2015',
  ],
  examples: [
    {
      dockerfile: 'FROM julia:1.12.2-trixie\nRUN julia -e \'using Pkg; Pkg.add(["DataFrames", "CSV"])\'\n',
      reports: [[2, 'added']],
    },
    {
      title: 'The command language of Pkg, and a branch',
      dockerfile:
        'FROM julia:1.12.2-trixie\nRUN julia -e \'using Pkg; pkg"add DataFrames"\'\nRUN julia -e \'using Pkg; Pkg.add(url="https://github.com/org/Model.jl", rev="main")\'\n',
      reports: [
        [2, 'added'],
        [3, 'branch'],
      ],
    },
    {
      title: 'Only the ranges are there',
      dockerfile: "FROM julia:1.12.2-trixie\nWORKDIR /app\nCOPY Project.toml ./\nRUN julia --project=. -e 'using Pkg; Pkg.instantiate()'\n",
      reports: [[4, 'no-manifest']],
    },
    {
      title: 'The versions of the Manifest are given up',
      dockerfile:
        "FROM julia:1.12.2-trixie\nWORKDIR /app\nCOPY Project.toml Manifest.toml ./\nRUN julia --project=. -e 'using Pkg; Pkg.instantiate(); Pkg.update()'\n",
      reports: [[4, 'updated']],
    },
    {
      dockerfile:
        "FROM julia:1.12.2-trixie\nWORKDIR /app\nCOPY Project.toml Manifest.toml ./\nRUN julia --project=. -e 'using Pkg; Pkg.instantiate(); Pkg.precompile()'\n",
      reports: [],
    },
    {
      dockerfile:
        'FROM julia:1.12.2-trixie\nRUN julia -e \'using Pkg; Pkg.add(name="DataFrames", version="1.7.0"); Pkg.add(PackageSpec(name="CSV", version="0.10"))\'\n',
      reports: [],
    },
    {
      title: 'Whether the directory holds a Manifest.toml is not known',
      dockerfile: "FROM julia:1.12.2-trixie\nCOPY . /app\nRUN julia --project=/app -e 'using Pkg; Pkg.instantiate()'\n",
      reports: [],
    },
    {
      title: 'What only Julia knows',
      dockerfile: 'FROM julia:1.12.2-trixie\nRUN julia -e \'using Pkg; Pkg.add(readdir("/opt/packages"))\'\n',
      reports: [],
    },
  ],
};
