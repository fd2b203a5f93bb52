import { type BustedInstall, bustedInstalls, contextPaths } from '../../src/facts/layer-order.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'copy-before-install',
  family: 'layers',
  summary: 'The whole project is copied before its dependencies are installed',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    broad: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{install}`, and move `{copy}` below it',
    },
    project: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Copy only {files} first, run `{only}`, and move `{copy}` and `{install}` below it',
    },
    self: {
      text: '`{copy}` stands before `{install}`: an edit of any file installs all dependencies anew',
      help: 'Install the dependencies in a layer of their own first, from a requirements file or a lock of them',
    },
  },
  on: {
    *stage(stage, ctx) {
      const seen = new Set<number>();
      for (const busted of bustedInstalls(stage, ctx)) {
        const source = broadSource(busted);
        if (source === undefined || seen.has(source.word.span.start)) continue;
        seen.add(source.word.span.start);
        const { install } = busted;
        const copy = `${source.copy.keyword} ${source.word.text} ${source.copy.destination?.text ?? ''}`.trim();
        const data = {
          copy,
          install: install.title,
          files: contextPaths(source, busted)
            .map((file) => `\`${file}\``)
            .join(' and '),
        };
        const related = [{ at: install.command.span, note: 'installed here' }];
        const at = source.word.span;
        if (install.projectOnly === true) {
          // A stage that builds the project for another one has to have it.
          if (stage === ctx.dockerfile.finalStage)
            yield { at, message: 'self', severity: 'info', data: { copy, install: install.title }, related };
        } else if (install.withoutProject !== undefined)
          yield { at, message: 'project', data: { ...data, only: install.withoutProject }, related };
        else yield { at, message: 'broad', data, related };
      }
    },
  },
});

/** The copy of everything, or of the directory that brings the manifest; what is named beside it is manifest-copied-with-code's. */
function broadSource({ offenders, isManifestNamed }: BustedInstall) {
  return offenders.find(({ cargo }) => cargo === 'everything') ?? (isManifestNamed ? undefined : offenders[0]);
}
export const docs: RuleDocs = {
  why: 'Docker reuses a layer as long as nothing in front of it has changed. With the project in front of the install, an edit of one line in one file downloads and installs everything again: minutes instead of seconds, several gigabytes with CUDA, at every build. 4 % of 604 public data-science Dockerfiles do it, and 9 % of 2,253 that no longer build.',
  remedy:
    'Copy the files that list the dependencies, install, then copy the rest. uv, Poetry and PDM need a second, quick run for the project itself.',
  limits:
    'Builder stages count: their cache is lost just the same. Copies out of other stages and images, downloads and heredocs do not, and a manifest that is mounted into the RUN needs no copy. An install whose dependencies an earlier layer of the stage, or of the one it is built from, has installed from the same file is quick and says nothing. `pip install -e .` and a requirements file beside the project on one line need the source. `pip install .` is a remark, in the final stage only. Nothing is said where .dockerignore lets only manifests and settings in (`*`, then `!requirements.txt`).',
  references: [
    'https://docs.docker.com/build/cache/optimize/#order-your-layers (2026-11)',
    'https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers (2026-08-21)',
    'https://python-poetry.org/docs/faq/#poetry-busts-my-docker-cache-because-it-requires-me-to-copy-my-source-files-in-before-installing-3rd-party-dependencies (2026-11)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\nRUN pip install --no-cache-dir -r /app/requirements.txt\n',
      reports: [[2, 'broad']],
    },
    {
      title: 'The directory that holds the list',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /srv\nCOPY api/ ./\nRUN pip install -r requirements.txt\n',
      reports: [[3, 'broad']],
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
      title: 'From another stage, and a list that comes from elsewhere',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=build /src /app\nRUN pip install -r /app/requirements.txt\nCOPY . /own\nRUN git clone https://example.com/x.git /x && pip install -r /x/requirements.txt\n',
      reports: [],
    },
  ],
};
