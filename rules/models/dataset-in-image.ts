import { artefactsOf, fetchedData, sizeText } from '../../src/facts/artefacts.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { factsOfBase } from '../../src/facts/images.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

/** Below this it is a table to look things up in. */
const SMALL = 5e6;

export default defineRule({
  id: 'dataset-in-image',
  family: 'models',
  summary: 'Data is copied or fetched into the image',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    large: {
      text: '`{source}` puts {size} of data into a layer (`{example}`): everybody who can pull the image has it, and every pull carries it',
      help: 'Mount it: docker run -v "$PWD/data:/data:ro" …; and list it in .dockerignore',
    },
    named: {
      text: '`{source}` makes data part of the image: everybody who can pull it has the data, each version of it is a new image, and its bytes are in every pull',
      help: 'Keep it if it is a small table that belongs to the code; else mount it: docker run -v "$PWD/data:/data:ro" …; and list it in .dockerignore',
    },
    fetched: {
      text: '`{words}` leaves what it fetches in a layer: everybody who can pull the image has it, and the build cache never looks whether it has changed',
      help: 'Fetch it when the container starts, into a volume, or mount it: docker run -v "$PWD/data:/data:ro" …',
    },
  },
  on: {
    instruction: {
      *COPY(copy, ctx) {
        if (ctx.stage !== undefined && isRemarkable(ctx.stage, ctx)) yield* findings(artefactsOf(copy, ctx.stage, ctx.context));
      },
      *ADD(copy, ctx) {
        if (ctx.stage !== undefined && isRemarkable(ctx.stage, ctx)) yield* findings(artefactsOf(copy, ctx.stage, ctx.context));
      },
      *RUN(run, ctx) {
        if (ctx.stage === undefined || !isRemarkable(ctx.stage, ctx)) return;
        for (const { command, words } of fetchedData(run, ctx.script))
          yield {
            at: command.span,
            message: 'fetched',
            severity: 'info',
            data: { words: words.length > 90 ? `${words.slice(0, 89)}…` : words },
          };
      },
    },
  },
});

function* findings(artefacts: ReturnType<typeof artefactsOf>) {
  for (const { kind, word, source, size, example } of artefacts) {
    if (kind !== 'data' || (size !== undefined && size < SMALL)) continue;
    if (size === undefined) yield { at: word.span, message: 'named' as const, severity: 'info' as const, data: { source } };
    else yield { at: word.span, message: 'large' as const, data: { source, size: sizeText(size), example } };
  }
}

/** Not in stages that do not ship, nor in databases, which are seeded, nor in images that hold nothing but data. */
function isRemarkable(stage: Stage, { dockerfile }: RuleContext): boolean {
  if (!isInFinalImage(dockerfile, stage) || stage.base.kind === 'scratch' || isForDevelopment(dockerfile, stage)) return false;
  if (/bench|demo|sample|example/i.test(dockerfile.syntax.source.path)) return false;
  const { purpose, distribution } = factsOfBase(stage.base) ?? {};
  return purpose !== 'database' && distribution?.id !== 'busybox';
}

export const docs: RuleDocs = {
  why: 'An image is pulled by more people than may see a data set, stays in registries and caches when the data should be gone, and cannot forget a row. It also grows by every byte, and is built again whenever the data is. Code belongs into images; data is mounted.',
  remedy:
    'Mount it (`-v "$PWD/data:/data:ro"`, a volume, a bucket), say so with `VOLUME` or in the README, and keep it out of the build with a line in .dockerignore. A build step that needs data can have it for its own time: `RUN --mount=type=bind,source=data,target=/data …`.',
  limits:
    'Sources of COPY and ADD that are named: files by their ending, `dataset(s)/`, `raw/`, `processed/`; `data/` only where the context can be seen and holds data files and no Python package. Silent below 5 MB where the size is known; an info where it is not (without the context, and for pointers of git-lfs). Downloads are told by the name of what they fetch: wget, curl, aws s3, gsutil, kaggle, dvc pull. Silent for tests, samples, examples, seeds of databases, stages that do not ship, and where the same RUN removes data again. What `COPY . .` brings is the business of dockerignore-incomplete.',
  references: [
    'https://docs.docker.com/engine/storage/volumes/',
    'https://docs.docker.com/build/concepts/context/#dockerignore-files (read 2026-11-22)',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypebind (2026-08-21)',
  ],
  examples: [
    { dockerfile: 'FROM python:3.13-slim-trixie\nCOPY datasets/ /app/datasets/\nCMD ["python", "main.py"]\n', reports: [[2, 'named']] },
    { dockerfile: 'FROM python:3.13-slim-trixie\nCOPY customers.parquet /app/\nCMD ["python", "main.py"]\n', reports: [[2, 'named']] },
    {
      title: 'HDF5 and pickles are data where their name says so',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY train_data.pkl dataset.hdf5 /app/\nCMD ["python", "main.py"]\n',
      reports: [
        [2, 'named'],
        [2, 'named'],
      ],
    },
    {
      title: 'And a model where it does not',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY data_scaler.pkl model.h5 /app/\nCMD ["python", "main.py"]\n',
      reports: [],
    },
    {
      title: 'Fetched',
      dockerfile: 'FROM python:3.13-trixie\nRUN wget -q https://data.example.com/trips.csv.gz\nCMD ["python", "main.py"]\n',
      reports: [[2, 'fetched']],
    },
    {
      title: 'A package of Python',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY data/ /app/data/\nCMD ["python", "main.py"]\n',
      files: { 'data/__init__.py': '', 'data/loader.py': '' },
      reports: [],
    },
    {
      title: 'Used and gone',
      dockerfile: 'FROM python:3.13-trixie\nRUN wget -q https://data.example.com/trips.csv.gz && python fit.py && rm trips.csv.gz\n',
      reports: [],
    },
    {
      title: 'A stage that does not ship',
      dockerfile:
        'FROM python:3.13-slim-trixie AS train\nCOPY train.csv .\nRUN python train.py\nFROM python:3.13-slim-trixie\nCOPY --from=train /model.onnx .\n',
      reports: [],
    },
    { title: 'For tests', dockerfile: 'FROM python:3.13-slim-trixie\nCOPY tests/data.csv tests/\n', reports: [] },
    { title: 'Settings', dockerfile: 'FROM python:3.13-slim-trixie\nCOPY config.yaml schema.csv /app/\n', reports: [] },
  ],
};
