/** How bad a finding is, where that depends on what stands around it: EXPOSE, compose files, the sizes of files. */
import { describe, expect, it } from 'vitest';
import { lintAll, sourceFromText } from './lint.js';
import { amid, MemoryTree } from './memory-tree.js';

/** `severity rule/message` of every finding, in the file or elsewhere. */
function found(text: string, rules: string, files?: Readonly<Record<string, string>>, path = 'Dockerfile'): readonly string[] {
  const { report, others } = lintAll(sourceFromText(path, text), { select: rules.split(' '), ...amid(files, text, path) });
  return [report, ...others].flatMap(({ findings }) =>
    findings.map(({ severity, ruleId, messageId }) => `${severity} ${ruleId}/${messageId}`),
  );
}

const SERVER = 'server-binds-localhost';
const CLOSED = 'CMD ["uvicorn", "api:app", "--host", "127.0.0.1"]\n';
const PYTHON = 'FROM python:3.13-slim-trixie\n';

describe('a server that listens on 127.0.0.1', () => {
  it('is an error where something says that it is to be reached', () => {
    expect(found(`${PYTHON}EXPOSE 8000\n${CLOSED}`, SERVER)).toEqual([`error ${SERVER}/written`]);
    const published = { 'compose.yaml': 'services:\n  api:\n    build: .\n    ports: ["8000:8000"]\n' };
    expect(found(PYTHON + CLOSED, SERVER, published)).toEqual([`error ${SERVER}/written`]);
    const compose = 'services:\n  api:\n    image: ghcr.io/mlflow/mlflow:v3.6.0\n    command: mlflow server --host 127.0.0.1\n';
    expect(found(`${compose}    ports: ["5000:5000"]\n`, SERVER, undefined, 'compose.yaml')).toEqual([`error ${SERVER}/written`]);
    expect(found(compose, SERVER, undefined, 'compose.yaml')).toEqual([`warning ${SERVER}/written`]);
  });

  it('is a warning where nothing does, and fine where another program is in front', () => {
    expect(found(PYTHON + CLOSED, SERVER)).toEqual([`warning ${SERVER}/written`]);
    expect(found(`${PYTHON}COPY start.sh /\nENTRYPOINT ["/start.sh"]\n${CLOSED}`, SERVER)).toEqual([]);
    expect(found(`${PYTHON}CMD gunicorn -D -b 127.0.0.1:8000 app:app && ./front\n`, SERVER)).toEqual([]);
  });
});

describe('Jupyter without a login', () => {
  const rule = 'jupyter-auth-disabled';
  const open = 'CMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.token="]\n';
  const compose = (port: string): string => `services:\n  lab:\n    build: .\n    ports: ["${port}"]\n`;

  it('is an error where others reach it', () => {
    expect(found(PYTHON + open, rule)).toEqual([`error ${rule}/off`]);
    expect(found(PYTHON + open, rule, { 'compose.yaml': compose('8888:8888') })).toEqual([`error ${rule}/off`]);
  });

  it('is worth knowing where only this machine or the container does', () => {
    expect(found(PYTHON + open, rule, { 'compose.yaml': compose('127.0.0.1:8888:8888') })).toEqual([`info ${rule}/local`]);
    const ready =
      "services:\n  lab:\n    image: quay.io/jupyter/scipy-notebook:2026-07-28\n    command: start-notebook.py --IdentityProvider.token=''\n";
    expect(found(`${ready}    ports: ['127.0.0.1:8888:8888']\n`, rule, undefined, 'compose.yaml')).toEqual([`info ${rule}/local`]);
    const closed = open.replace('0.0.0.0', '127.0.0.1');
    expect(found(PYTHON + closed, `${rule} ${SERVER}`)).toEqual([`warning ${SERVER}/written`, `info ${rule}/inside`]);
  });
});

describe('files that are stored twice', () => {
  const rule = 'chown-duplicates-layer';
  const text = `${PYTHON}RUN useradd -m app\nCOPY models /srv/models\nRUN chown -R app:app /srv\n`;

  it('count by their size', () => {
    expect(found(text, rule, { 'models/a.onnx': 'x'.repeat(2_000) })).toEqual([]);
    expect(found(text, rule, { 'models/a.onnx': 'x'.repeat(2_000_000) })).toEqual([`info ${rule}/copied`]);
    expect(found(text, rule, { 'models/a.onnx': 'x'.repeat(20_000_000) })).toEqual([`warning ${rule}/copied`]);
  });

  it('count by their names where the size is not known', () => {
    expect(found(text, rule)).toEqual([`warning ${rule}/copied`]);
    expect(found(text, rule, { 'models/a.onnx': '' })).toEqual([`warning ${rule}/copied`]);
    expect(found(text, rule, { 'models/.gitkeep': ' ', 'models/README.md': 'x' })).toEqual([`warning ${rule}/copied`]);
    expect(found(text, rule, { 'app.py': 'x' })).toEqual([`warning ${rule}/copied`]);
  });

  it('are never few of a whole context', () => {
    const whole = text.replace('models /srv/models', '. /srv');
    expect(found(whole, rule, { 'app.py': 'x' })).toEqual([`info ${rule}/copied`]);
  });
});

describe('a model among the code', () => {
  const found = (sizes: Readonly<Record<string, number>>, text = `${PYTHON}COPY . .\nCMD ["python", "serve.py"]\n`, ignore = '') => {
    const files = Object.fromEntries(['serve.py', '.dockerignore', ...Object.keys(sizes)].map((name) => [name, '']));
    const tree = new MemoryTree({ ...files, '.dockerignore': ignore, Dockerfile: text }, sizes);
    const around = () => ({ tree, dockerfile: 'Dockerfile' });
    const { report } = lintAll(sourceFromText('Dockerfile', text), { select: ['model-file-in-image'], around });
    return report.findings.map(({ severity, messageId, message }) => `${severity} ${messageId} ${/\(.*?\)/.exec(message)?.[0] ?? ''}`);
  };
  const model = 'weights/llm.gguf';

  it('counts from 100 MB on, and is a warning from 1 GB on', () => {
    expect(found({ [model]: 99e6 })).toEqual([]);
    expect(found({ [model]: 100e6 })).toEqual(['info among-code (`weights/llm.gguf`)']);
    expect(found({ [model]: 400e6, 'b.onnx': 700e6 })).toEqual(['warning among-code (`b.onnx`)']);
  });

  it('does not count where it is ignored, a record or a cache, or has its own layer', () => {
    expect(found({ [model]: 400e6 }, undefined, 'weights\n')).toEqual([]);
    expect(found({ 'mlruns/0/model.pkl': 400e6, '.cache/x.safetensors': 400e6, 'tests/big.onnx': 400e6 })).toEqual([]);
    expect(found({ [model]: 400e6 }, `${PYTHON}COPY weights /weights\nCOPY serve.py .\n`)).toEqual(['info copied ']);
    expect(found({ 'assets/llm.gguf': 4e9 }, `${PYTHON}COPY assets /assets\nCOPY serve.py .\n`)).toEqual([
      'warning large (`assets/llm.gguf`)',
    ]);
  });
});
