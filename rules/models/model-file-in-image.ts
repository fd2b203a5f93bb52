import { type Artefact, artefactsOf, runsCodeWhenLoaded, sizeText } from '../../src/facts/artefacts.js';
import { titleOf } from '../../src/facts/clutter.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { factsOfBase } from '../../src/facts/images.js';
import type { CopyInstruction, Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

/** Below this a model is as well in the image as anywhere. */
const SMALL = 20e6;
/** From here on each pull, push and node feels it. */
const LARGE = 1e9;

export default defineRule({
  id: 'model-file-in-image',
  family: 'models',
  summary: 'A model is copied into the image',
  severity: 'info',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    copied: {
      text: '`{source}` makes a model part of the image: one thing to ship and to roll back, but each new model is a new image, and each image carries its bytes again',
      help: 'Keep it if it is small and belongs to this code; else mount a volume, or fetch it by a variable: ENV MODEL_URI=s3://…{warning}',
    },
    large: {
      text: '`{source}` puts {size} of models into a layer (`{example}`): every build, push and node that pulls it carries them again',
      help: 'Mount them from a volume, fetch them at start from an object store, or keep them in an image of their own that seldom changes{warning}',
    },
    'among-code': {
      text: '`{copy}` puts {size} of models (`{example}`) into one layer with the code: every edit of a file stores, pushes and pulls them again',
      help: 'Copy the model by itself, and below it the code by name (COPY src/ src/); or leave it out with .dockerignore and mount a volume{warning}',
    },
  },
  on: {
    instruction: {
      *COPY(copy, ctx) {
        if (ctx.stage !== undefined && isRemarkable(ctx.stage, ctx)) yield* findings(copy, artefactsOf(copy, ctx.stage, ctx.context));
      },
      *ADD(copy, ctx) {
        if (ctx.stage !== undefined && isRemarkable(ctx.stage, ctx)) yield* findings(copy, artefactsOf(copy, ctx.stage, ctx.context));
      },
    },
  },
});

function* findings(copy: CopyInstruction, artefacts: readonly Artefact[]) {
  for (const { kind, word, source, size, example, isAmongCode } of artefacts) {
    if (kind !== 'model' || (size !== undefined && size < SMALL)) continue;
    const warning = runsCodeWhenLoaded(example)
      ? `. A ${example.slice(example.lastIndexOf('.'))} file runs code when it is loaded: take only your own`
      : '';
    const at = word.span;
    const severity = size === undefined || size < LARGE ? ('info' as const) : ('warning' as const);
    const data = { source, copy: titleOf({ copy, word }), size: sizeText(size ?? 0), example, warning };
    yield {
      at,
      message: isAmongCode ? ('among-code' as const) : severity === 'info' ? ('copied' as const) : ('large' as const),
      severity,
      data,
    };
  }
}

/** Not in stages that do not ship or only hold the model, nor where models are baked by design: Lambda, servers that take them so. */
function isRemarkable(stage: Stage, { dockerfile }: RuleContext): boolean {
  if (!isInFinalImage(dockerfile, stage) || stage.base.kind === 'scratch' || isForDevelopment(dockerfile, stage)) return false;
  const { purpose, distribution } = factsOfBase(stage.base) ?? {};
  return purpose !== 'lambda' && purpose !== 'serving' && distribution?.id !== 'busybox';
}

export const docs: RuleDocs = {
  why: 'A model in the image is one immutable thing: what was tested is what runs, and a roll-back takes the model along. The price is that model and code are released together, and that each image carries the model again: a retrained model of 2 GB is 2 GB for the build, the registry, every node and every start on a new one. Both are right in their place; from about a gigabyte on the price shows. Files made with pickle (`.pkl`, `.joblib`, `.pt`) run code when they are loaded.',
  remedy:
    'Small and made for this code: leave it. Large, or renewed on its own: a volume, an object store that the start reads (`MODEL_URI`), an OCI artifact, or a stage of its own (`FROM registry/model:3 AS weights`, `COPY --from=weights`), whose layer stays the same when the code changes. Prefer safetensors, ONNX or skops to pickle.',
  limits:
    'Sources of COPY and ADD that are named: files by their ending, `checkpoints/`, `weights/`, `saved_model/`, `mlruns/`; `models/` only where the context can be seen and holds model files and no Python package. Silent below 20 MB where the size is known (pointers of git-lfs have none), in stages that do not ship, for COPY --from, for tests, samples and examples, on Lambda and on images of model servers. Of what `COPY . .` and copies of other directories bring, where the context can be seen, only models of 100 MB and more count; records of experiments and caches are the business of dockerignore-incomplete.',
  references: [
    'https://scikit-learn.org/stable/model_persistence.html (pickle runs code; skops, ONNX)',
    'https://huggingface.co/docs/safetensors',
    'https://kserve.github.io/website/docs/model-serving/storage/providers/oci (models as images of their own; 2026-08-22)',
  ],
  examples: [
    { dockerfile: 'FROM python:3.13-slim-trixie\nCOPY pipeline.pkl ./\nCMD ["python", "serve.py"]\n', reports: [[2, 'copied']] },
    {
      title: 'A directory that holds nothing else',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY checkpoints/ /app/checkpoints/\nCMD ["python", "serve.py"]\n',
      reports: [[2, 'copied']],
    },
    {
      title: 'Python code, by the look of it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY models/ /app/models/\nCMD ["python", "serve.py"]\n',
      files: { 'models/__init__.py': '', 'models/user.py': '' },
      reports: [],
    },
    {
      title: 'An image of models has its own life',
      dockerfile:
        'FROM registry.example.com/model:3 AS weights\nFROM python:3.13-slim-trixie\nCOPY --from=weights /model.onnx /model.onnx\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'A stage that does not ship',
      dockerfile:
        'FROM python:3.13-slim-trixie AS convert\nCOPY model.pt .\nRUN python convert.py\nFROM python:3.13-slim-trixie\nCOPY --from=convert /model.onnx .\n',
      reports: [],
    },
    { title: 'For tests', dockerfile: 'FROM python:3.13-slim-trixie\nCOPY tests/model.pkl tests/\n', reports: [] },
    {
      title: 'No weights',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY paths.pth /usr/local/lib/python3.13/site-packages/\n',
      reports: [],
    },
  ],
};
