import { copyLines } from '../../src/edits/copies.js';
import { movedBelow } from '../../src/edits/lines.js';
import { type BustedInstall, bustedInstalls, type CopiedSource, contextPaths, directoryNamed } from '../../src/facts/layer-order.js';
import { installsByName, moveBelowInstalls, type NamedInstall } from '../../src/facts/moved-copies.js';
import { listed } from '../../src/facts/requirement.js';
import type { CopyInstruction, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { below, isInside } from '../../src/model/paths.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'copy-before-install',
  family: 'layers',
  summary: 'The whole project is copied before its dependencies are installed',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    broad: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{install}`, and move `{copy}` below it',
    },
    project: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{only}`, and move `{copy}` and `{install}` below it',
    },
    named: {
      text: '`{copy}` stands before `{install}`, which needs none of it: an edit of any file runs the install anew',
      help: 'Put `{install}` above `{copy}`',
    },
    self: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Install the dependencies in a layer of their own first, from a requirements file or a lock of them',
    },
  },
  on: {
    *stage(stage, ctx) {
      const seen = new Set<number>();
      const byName = installsByName(stage, ctx);
      for (const busted of bustedInstalls(stage, ctx)) {
        const source = broadSource(busted);
        if (source === undefined || seen.has(source.word.span.start)) continue;
        const { install } = busted;
        // There is more to be said of an install that needs nothing of it.
        if (install.projectOnly === true && byName.some((each) => each.source.word === source.word)) continue;
        seen.add(source.word.span.start);
        const copy = written(source);
        const data = {
          copy,
          install: install.title,
          files: listed(presentOf(contextPaths(source, busted), ctx)),
        };
        const related = [{ at: install.command.span, note: 'installed here' }];
        const at = source.word.span;
        if (install.projectOnly === true) {
          // A stage that builds the project for another one has to have it.
          if (stage === ctx.dockerfile.finalStage)
            yield { at, message: 'self', severity: 'info', data: { copy, install: install.title }, related };
        } else if (install.withoutProject !== undefined)
          yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
        else yield { at, message: 'broad', data, related, fixes: fixesOf(source, stage, ctx) };
      }
      for (const each of byName) {
        const { source, command, title: install } = each;
        if (seen.has(source.word.span.start)) continue;
        const related = [{ at: command.span, note: 'installed here' }];
        yield {
          at: source.word.span,
          message: 'named',
          data: { copy: written(source), install },
          related,
          fixes: each.hasOwnership ? [] : movedUnread(each, ctx),
        };
      }
    },
  },
});

/** The copy of everything, or of the directory that brings the manifest; what is named beside it is manifest-copied-with-code's. */
function broadSource({ offenders, isManifestNamed }: BustedInstall) {
  return offenders.find(({ cargo }) => cargo === 'everything') ?? (isManifestNamed ? undefined : offenders[0]);
}

/** `COPY . /app`. */
function written({ copy, word }: CopiedSource): string {
  return `${copy.keyword} ${word.text} ${copy.destination?.text ?? ''}`.trim();
}

/** pixi reads pixi.toml or pyproject.toml: named is what the build context has, and all where it has none or is not known. */
function presentOf(files: readonly string[], { context }: RuleContext): readonly string[] {
  const present = files.filter((file) => context?.entry(file) !== undefined);
  return present.length === 0 ? files : present;
}

function fixesOf(source: CopiedSource, stage: Stage, ctx: RuleContext): readonly Fix[] {
  const { copy } = source;
  const tree = ctx.dockerfile.syntax;
  const move = copy.sources.length === 1 ? moveBelowInstalls([source], stage, ctx) : undefined;
  const manifests = move && manifestsOf(move.missing, source);
  const lines = manifests && manifestCopies(tree, copy, manifests);
  const edits = move && lines && movedBelow(tree, [copy], move.below, { lines, inFrontOf: move.first });
  if (move === undefined || manifests === undefined || edits === undefined) return [];
  // COPY of a file that is not there ends the build: it may be made on the way, or the context is another directory.
  if (ctx.context !== undefined && manifests.some(({ path }) => ctx.context?.find(path) === undefined)) return [];
  const moved = `\`${written(source)}\``;
  const names = listed(manifests.map(({ path }) => path));
  return [
    {
      title: names === '' ? `Move ${moved} below the install` : `Copy ${names} first and move ${moved} below the install`,
      safety: 'unsafe',
      risk: move.isRead
        ? 'an install that reads other files of the project would miss them'
        : `${listed(move.names)} may name other files of the project (-r, -c, -e .), which would be missing`,
      edits,
    },
  ];
}

/** The copy below the installs that do without it. */
function movedUnread({ source, below }: NamedInstall, { dockerfile }: RuleContext): readonly Fix[] {
  const edits = movedBelow(dockerfile.syntax, [source.copy], below);
  const risk = 'a command above that reads files of the project without naming them would miss them';
  return edits === undefined ? [] : [{ title: `Move \`${written(source)}\` below the install`, safety: 'unsafe', risk, edits }];
}

/** A file of the context, and the directory it lands in, below the destination of a copy and with a slash at the end; empty for that. */
interface Manifest {
  readonly path: string;
  readonly directory: string;
}

/** Files by the places where a copy brings them; undefined where it does not bring one of them. */
function manifestsOf(places: readonly string[], source: CopiedSource): readonly Manifest[] | undefined {
  const { target } = source;
  const manifests: Manifest[] = [];
  for (const place of places) {
    if (target === undefined || place === target || !isInside(place, target)) return undefined;
    const path = below(place, target);
    manifests.push({ path: directoryNamed(source) + path, directory: path.slice(0, path.lastIndexOf('/') + 1) });
  }
  return manifests;
}

/** Copies of files alone, with the flags of the copy of all, one for each directory; undefined where a word needs quotes. */
function manifestCopies(tree: SyntaxTree, copy: CopyInstruction, manifests: readonly Manifest[]): readonly string[] | undefined {
  const destination = copy.destination?.text.replace(/^\.?$/, './').replace(/([^/])$/, '$1/') ?? '';
  const flags = copy.flags.filter(({ name }) => name === 'chown' || name === 'chmod' || name === 'link');
  const keyword = copy.keywordText === copy.keywordText.toLowerCase() ? 'copy' : 'COPY';
  const head = [keyword, ...flags.map(({ span }) => tree.source.text.slice(span.start, span.end))];
  const words = [...head, destination, ...manifests.map(({ path }) => path)];
  if (!words.every((word) => /^[\w./@+:=${}-]+$/.test(word))) return undefined;
  return [...new Set(manifests.map(({ directory }) => directory))].flatMap((directory) => {
    const paths = manifests.filter((manifest) => manifest.directory === directory).map(({ path }) => path);
    return copyLines(tree, head.join(' '), paths, destination + directory);
  });
}

export const docs: RuleDocs = {
  why: 'Docker reuses a layer as long as nothing in front of it has changed. With the project in front of the install, an edit of one line in one file downloads and installs everything again: minutes instead of seconds, several gigabytes with CUDA, at every build. 4 % of 604 public data-science Dockerfiles do it, and 9 % of 2,253 that no longer build.',
  remedy:
    'Copy the files that list the dependencies, install, then copy the rest. uv, Poetry and PDM need a second, quick run for the project itself. The fix does that for pip and conda: it is unsafe, since an install may read more files of the project than it names.',
  limits:
    'Builder stages count: their cache is lost just the same. Copies out of other stages and images, downloads and heredocs do not, and a manifest that is mounted into the RUN needs no copy. An install whose dependencies an earlier layer of the stage, or of the one it is built from, has installed from the same file is quick and says nothing. `pip install -e .` and a requirements file beside the project on one line need the source. `pip install .` is a remark, in the final stage only. An install of pip or conda that names all its packages and reads no file needs nothing of the project: it is reported where every command from the copy down to it is known to leave the files alone; not where the copy lands in a home directory or in /etc, where it may bring a pip.conf, nor where PIP_CONSTRAINT and its like are set. Nothing is moved where a command in between may need the project, where another copy goes to the same place, where the list asks for a directory of the project, and for tools that look for their files. Nothing is said where .dockerignore lets only manifests and settings in (`*`, then `!requirements.txt`).',
  references: [
    'https://docs.docker.com/build/cache/optimize/#order-your-layers (2026-11-22)',
    'https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers (2026-08-21)',
    'https://python-poetry.org/docs/faq/#poetry-busts-my-docker-cache-because-it-requires-me-to-copy-my-source-files-in-before-installing-3rd-party-dependencies (2026-11-22)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\nRUN pip install --no-cache-dir -r /app/requirements.txt\n',
      reports: [[2, 'broad']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt /app/\nRUN pip install --no-cache-dir -r /app/requirements.txt\nCOPY . /app\n',
    },
    {
      title: 'A file that is not there cannot be named',
      files: { 'app.py': '' },
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\nRUN pip install --no-cache-dir -r /app/requirements.txt\n',
      reports: [[2, 'broad']],
    },
    {
      title: 'With what describes it, and not before it is needed',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\n\n# Copy the source code\nCOPY --chown=app . .\n\nRUN pip install --upgrade pip\n\n# Install the dependencies\nRUN pip install --no-cache-dir -r requirements.txt -c pins/constraints.txt\n\nCMD ["python", "app.py"]\n',
      reports: [[5, 'broad']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\n\nRUN pip install --upgrade pip\n\n# Install the dependencies\nCOPY --chown=app requirements.txt ./\nCOPY --chown=app pins/constraints.txt ./pins/\nRUN pip install --no-cache-dir -r requirements.txt -c pins/constraints.txt\n\n# Copy the source code\nCOPY --chown=app . .\n\nCMD ["python", "app.py"]\n',
    },
    {
      title: 'A script of the project in between may need all of it: nothing is moved',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN make fetch\nRUN pip install -r requirements.txt\n',
      reports: [[3, 'broad']],
    },
    {
      title: 'The directory that holds the list',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /srv\nCOPY api/ ./\nRUN pip install -r requirements.txt\n',
      reports: [[3, 'broad']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /srv\nCOPY api/requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY api/ ./\n',
    },
    {
      title: 'Poetry installs the project too',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN poetry install --only main\n',
      reports: [[3, 'project']],
    },
    {
      title: 'Only pip install .',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN pip install .\n',
      reports: [[3, 'self']],
    },
    {
      title: 'Packages by their names need no file',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==2.3.3 flask==3.1.2\nCMD ["python", "app.py"]\n',
      reports: [[3, 'named']],
      fixed:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==2.3.3 flask==3.1.2\nCOPY . .\nCMD ["python", "app.py"]\n',
    },
    {
      title: 'The files get an owner in the same RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN chown -R app /app && pip install --no-cache-dir flask==3.1.2\nCMD ["python", "app.py"]\n',
      reports: [[3, 'named']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY requirements.txt /app/\nRUN pip install --no-cache-dir -r /app/requirements.txt\nCOPY . /app\n',
      reports: [],
    },
    {
      title: 'The second run is quick',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked\n',
      reports: [],
    },
    {
      title: 'Mounted, not copied',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt\nCOPY . .\n',
      reports: [],
    },
    {
      title: 'An editable install for development',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN pip install -e .\n',
      reports: [],
    },
    {
      title: 'Names, but something of the project runs in front of them, or says which versions',
      dockerfile:
        'FROM python:3.13-slim-trixie AS script\nWORKDIR /app\nCOPY . .\nRUN ./prepare.sh && pip install pandas\nFROM python:3.13-slim-trixie\nENV PIP_CONSTRAINT=/app/constraints.txt\nWORKDIR /app\nCOPY . .\nRUN pip install pandas\n',
      reports: [],
    },
    {
      title: 'From another stage, and a list that comes from elsewhere',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=build /src /app\nRUN pip install -r /app/requirements.txt\nCOPY . /own\nRUN git clone https://example.com/x.git /x && pip install -r /x/requirements.txt\n',
      reports: [],
    },
  ],
};
