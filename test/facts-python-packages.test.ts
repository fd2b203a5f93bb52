import { describe, expect, it } from 'vitest';
import { COMPILED, PURE, SEEN_UNTIL } from '../src/facts/musl-wheels.js';
import { apkPackage, MUSL_AS_OF, muslSupport, normalizedName } from '../src/facts/python-packages.js';
import { compareVersions } from '../src/facts/versions.js';

describe('normalizedName', () => {
  it.each([
    ['Scikit_Learn', 'scikit-learn'],
    ['ruamel.yaml', 'ruamel-yaml'],
    ['a-_.b', 'a-b'],
    ['torch', 'torch'],
  ])('%s is %s', (name, expected) => {
    expect(normalizedName(name)).toBe(expected);
  });
});

describe('compareVersions', () => {
  it('orders as PEP 440 does', () => {
    const ordered = ['0.9', '1.0.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.0.1', '1.2', '1.10', '2024.1', '2024.1.1'];
    for (const [index, version] of ordered.entries()) {
      for (const [other, later] of ordered.entries()) expect(Math.sign(compareVersions(version, later))).toBe(Math.sign(index - other));
    }
  });

  it('takes what is equal for equal', () => {
    expect(compareVersions('1.0', '1.0.0')).toBe(0);
    expect(compareVersions('v1.0', '1')).toBe(0);
    expect(compareVersions('2.1.0+cpu', '2.1.0')).toBe(0);
  });

  it('says NaN of what is no version', () => {
    for (const text of ['', 'latest', '1.*', '1!2.0', '$V']) expect(compareVersions(text, '1')).toBeNaN();
  });
});

describe('the generated data', () => {
  it('is well formed', () => {
    const lines = COMPILED.trim().split('\n');
    expect(lines.length).toBeGreaterThan(400);
    for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+(?: [wasn]\d+(?:\.\d+)*(?:\.post\d+)?(?:-\d+(?:\.\d+)*(?:\.post\d+)?)?)+$/);
    const names = lines.map((line) => line.split(' ')[0]);
    expect(names).toEqual([...new Set(names)].sort());
    const pure = PURE.trim().split(/\s+/);
    expect(pure.filter((name) => names.includes(name))).toEqual([]);
    expect(SEEN_UNTIL).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(SEEN_UNTIL.startsWith(MUSL_AS_OF)).toBe(true);
  });

  it('has its runs in the order of the versions', () => {
    for (const line of COMPILED.trim().split('\n')) {
      const versions = line
        .split(' ')
        .slice(1)
        .flatMap((run) => run.slice(1).split('-'));
      for (let index = 1; index < versions.length; index++) {
        expect(compareVersions(versions[index - 1] as string, versions[index] as string), line).toBeLessThanOrEqual(0);
      }
    }
  });
});

// Table D of rules.md, by hand from other lock files: the table here must agree with it.
describe('muslSupport against Table D', () => {
  it.each(
    (
      'numpy scipy pandas matplotlib pillow pyarrow statsmodels shap h5py scikit-image shapely pyproj numexpr contourpy kiwisolver fonttools spacy thinc blis cymem ' +
      'faiss-cpu deltalake psycopg2-binary asyncpg pyodbc lxml grpcio grpcio-tools cryptography cffi pydantic-core orjson msgpack tokenizers safetensors tiktoken hf-xet ' +
      'regex rapidfuzz zstandard cramjam pyzmq psutil tornado uvloop httptools aiohttp greenlet sqlalchemy pyyaml av pikepdf pyiceberg gevent cython ruff uv'
    ).split(' '),
  )('%s has a wheel', (name) => {
    expect(muslSupport(name)).toMatchObject({ kind: 'wheel' });
  });

  it.each(
    (
      'torch torchvision torchaudio torchcodec triton tensorflow tensorflow-cpu tensorflow-io jaxlib onnxruntime onnxruntime-gpu ray bitsandbytes ctranslate2 ' +
      'paddlepaddle scikit-learn-intelex cuda-bindings nvidia-cublas-cu12'
    ).split(' '),
  )('%s has nothing', (name) => {
    expect(muslSupport(name)).toMatchObject({ kind: 'none' });
  });

  it.each(
    (
      'scikit-learn numba llvmlite xgboost xgboost-cpu lightgbm catboost onnx ml-dtypes duckdb rasterio pyogrio numcodecs lz4 sentencepiece pymongo confluent-kafka ' +
      'snowflake-connector-python oracledb jpype1 mpi4py google-crc32c statsforecast datafusion opencv-python opencv-python-headless vllm soxr dm-tree optree ' +
      'psycopg2 mysqlclient dlib gdal'
    ).split(' '),
  )('%s must be compiled', (name) => {
    expect(muslSupport(name)).toMatchObject({ kind: 'source-only' });
  });

  it.each('protobuf keras dask bokeh geopandas polars plotly requests nvidia-ml-py'.split(' '))('%s is pure', (name) => {
    expect(muslSupport(name)).toEqual({ kind: 'pure' });
  });
});

describe('muslSupport of a version', () => {
  it('knows where wheels begin', () => {
    expect(muslSupport('pyarrow', '19.0.1')).toEqual({ kind: 'wheel-later', since: '20.0.0', sdist: true });
    expect(muslSupport('pyarrow', '20.0.0')).toEqual({ kind: 'wheel', since: '20.0.0' });
    expect(muslSupport('scikit-image', '0.25.2')).toMatchObject({ kind: 'wheel-later', since: '0.26.0' });
    expect(muslSupport('numpy', '1.19.5')).toMatchObject({ kind: 'wheel-later' });
    expect(muslSupport('NumPy', '1.26.4')).toMatchObject({ kind: 'wheel' });
  });

  it('knows where they end', () => {
    expect(muslSupport('duckdb')).toEqual({ kind: 'source-only', until: '1.3.2' });
    expect(muslSupport('duckdb', '1.0.0')).toMatchObject({ kind: 'wheel' });
    expect(muslSupport('duckdb', '1.4.4')).toEqual({ kind: 'source-only', until: '1.3.2' });
    expect(muslSupport('google-crc32c', '1.5.0')).toMatchObject({ kind: 'wheel' });
    // Wheels that came and went are no reason to move a pin forward.
    expect(muslSupport('google-crc32c', '1.3.0')).toEqual({ kind: 'source-only' });
  });

  it('knows single versions without an sdist', () => {
    expect(muslSupport('opencv-python', '4.13.0.92')).toMatchObject({ kind: 'none' });
    expect(muslSupport('opencv-python', '4.11.0.86')).toEqual({ kind: 'source-only' });
  });

  it('keeps the newest state for versions newer than all seen', () => {
    expect(muslSupport('torch', '99.0')).toEqual({ kind: 'none' });
    expect(muslSupport('numpy', '99.0')).toMatchObject({ kind: 'wheel' });
  });

  it('says nothing of what it does not know', () => {
    expect(muslSupport('no-such-package-of-ours')).toBeUndefined();
    expect(muslSupport('no-such-package-of-ours', '1.0')).toBeUndefined();
    // Between the last version seen without and the first seen with a wheel.
    expect(muslSupport('numpy', '1.24.99')).toBeUndefined();
    expect(muslSupport('numpy', '1.*')).toBeUndefined();
    expect(muslSupport('torch', '0.4.1')).toBeUndefined();
  });
});

describe('apkPackage', () => {
  it('names the packages looked up', () => {
    expect(apkPackage('Scikit_Learn')).toBe('py3-scikit-learn');
    expect(apkPackage('opencv-python-headless')).toBe('py3-opencv');
    expect(apkPackage('torch')).toBeUndefined();
    expect(apkPackage('constructor')).toBeUndefined();
  });
});
