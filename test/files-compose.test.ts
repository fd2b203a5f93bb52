import { describe, expect, it } from 'vitest';
import { type ComposeService, mergedCompose, readCompose } from '../src/files/compose.js';
import { interpolated, variablesIn } from '../src/files/interpolation.js';
import { at, textAt, textsAt } from '../src/files/tree.js';

const service = (lines: string, name = 'web'): ComposeService => {
  const found = readCompose(`services:\n  web:\n    ${lines.trim().replaceAll('\n', '\n    ')}\n`)?.services.get(name);
  if (found === undefined) throw new Error('no service');
  return found;
};

describe('Compose files', () => {
  it('have services in order', () => {
    const file = readCompose(
      'version: "3"\nname: demo\nservices:\n  db: {image: postgres:18}\n  api:\n    build: ./api\nvolumes: {data: }\nx-a: 1\n',
    );
    expect([...(file?.services.keys() ?? [])]).toEqual(['db', 'api']);
    expect(file?.services.get('db')?.image?.text).toBe('postgres:18');
    expect(file?.services.get('api')?.build?.context?.text).toBe('./api');
    expect(file?.version?.keySpan).toEqual({ start: 0, end: 7 });
    expect(file?.name?.text).toBe('demo');
    expect(at(file?.root, 'volumes', 'data')).toBeDefined();
    expect(readCompose('- a\n')).toBeUndefined();
  });

  it('build in the long form', () => {
    const { build } = service(`build:
  context: .
  dockerfile: docker/Dockerfile
  target: prod
  args:
    - PYTHON=3.12
    - TOKEN
  additional_contexts:
    data: ./data
  secrets:
    - pip
    - source: hf
      target: token
  platforms: [linux/amd64]
  ssh: default`);
    expect([build?.context?.text, build?.dockerfile?.text, build?.target?.text]).toEqual(['.', 'docker/Dockerfile', 'prod']);
    expect(build?.args.map(({ name, value }) => [name.text, value?.text])).toEqual([
      ['PYTHON', '3.12'],
      ['TOKEN', undefined],
    ]);
    expect(build?.additionalContexts.map(({ name, value }) => [name.text, value?.text])).toEqual([['data', './data']]);
    expect([build?.secrets, build?.platforms, build?.ssh].map((list) => list?.map(({ text }) => text))).toEqual([
      ['pip', 'hf'],
      ['linux/amd64'],
      ['default'],
    ]);
    const inline = service('build:\n  dockerfile_inline: |\n    FROM python:3.12\n    RUN true').build?.dockerfileInline;
    expect(inline?.text).toBe('FROM python:3.12\nRUN true\n');
  });

  it('set variables in a map or a list', () => {
    const environment = (lines: string) => service(lines).environment.map(({ name, value }) => [name.text, value?.text]);
    expect(environment('environment:\n  A: 1.10\n  B:\n  C: "x=y"\n')).toEqual([
      ['A', '1.10'],
      ['B', undefined],
      ['C', 'x=y'],
    ]);
    expect(environment('environment: [A=1, B, "C=x=y", D=]')).toEqual([
      ['A', '1'],
      ['B', undefined],
      ['C', 'x=y'],
      ['D', ''],
    ]);
    expect(service('env_file: .env').envFiles.map(({ text }) => text)).toEqual(['.env']);
    expect(service('env_file: [a.env, {path: b.env, required: false}]').envFiles.map(({ text }) => text)).toEqual(['a.env', 'b.env']);
  });

  // The answers are those of compose-go 2.16.2.
  it('publish ports', () => {
    const port = (text: string) => {
      const { hostIp, published, target, protocol } = service(`ports: [${text}]`).ports[0] ?? {};
      return [hostIp, published, target, protocol];
    };
    expect(port('8080')).toEqual([undefined, undefined, '8080', undefined]);
    expect(port('"8080:80/udp"')).toEqual([undefined, '8080', '80', 'udp']);
    expect(port('"127.0.0.1:8000-8010:80-90"')).toEqual(['127.0.0.1', '8000-8010', '80-90', undefined]);
    expect(port('"[::1]:80:80"')).toEqual(['::1', '80', '80', undefined]);
    expect(port('"127.0.0.1::80"')).toEqual(['127.0.0.1', undefined, '80', undefined]);
    expect(port('"${IP:-0.0.0.0}:${PORT:-80}:80"')).toEqual(['${IP:-0.0.0.0}', '${PORT:-80}', '80', undefined]);
    expect(port('"${PORTS}"')).toEqual([undefined, undefined, undefined, undefined]);
    expect(port('{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp}')).toEqual(['127.0.0.1', '8080', '80', 'tcp']);
  });

  it('mount volumes', () => {
    const volume = (text: string) => {
      const { type, source, target, isReadOnly } = service(`volumes: [${text}]`).volumes[0] ?? {};
      return [type, source, target, isReadOnly];
    };
    expect(volume('./data:/data:ro')).toEqual(['bind', './data', '/data', true]);
    expect(volume('db:/var/lib/postgresql')).toEqual(['volume', 'db', '/var/lib/postgresql', false]);
    expect(volume('/app/.venv')).toEqual(['volume', undefined, '/app/.venv', false]);
    expect(volume("'C:\\data:/data'")).toEqual(['bind', 'C:\\data', '/data', false]);
    expect(volume('"${DATA:-./data}:/data"')).toEqual([undefined, '${DATA:-./data}', '/data', false]);
    expect(volume('"${ROOT:-.}/data:/data:rw,z"')).toEqual(['bind', '${ROOT:-.}/data', '/data', false]);
    expect(volume('{type: bind, source: ., target: /app, read_only: true}')).toEqual(['bind', '.', '/app', true]);
    expect(volume('"a:b:c:d"')).toEqual(['bind', 'a:b', 'c:d', false]);
    expect(volume('"vol:/b:ro:x"')).toEqual([undefined, undefined, undefined, false]);
  });

  it('depend on others', () => {
    const dependencies = (text: string) =>
      service(text).dependsOn.map(({ service: on, condition, isShort, isRequired }) => [on.text, condition, isShort, isRequired]);
    expect(dependencies('depends_on: [db]')).toEqual([['db', 'service_started', true, true]]);
    expect(dependencies('depends_on:\n  db: {condition: service_healthy}\n  ui: {required: false}')).toEqual([
      ['db', 'service_healthy', false, true],
      ['ui', 'service_started', false, false],
    ]);
    expect(service('extends: {service: base, file: common.yml}').extends).toMatchObject({
      service: { text: 'base' },
      file: { text: 'common.yml' },
    });
    expect(service('profiles: [dev]').profiles.map(({ text }) => text)).toEqual(['dev']);
  });

  it('take what anchors give', () => {
    const text = 'x-env: &env\n  A: 1\nservices:\n  web:\n    environment:\n      <<: *env\n      B: 2\n  api:\n    environment: *env\n';
    const file = readCompose(text);
    expect(file?.services.get('web')?.environment.map(({ name }) => name.text)).toEqual(['B', 'A']);
    expect(file?.services.get('api')?.environment.map(({ span }) => text.slice(span.start, span.end))).toEqual(['A: 1']);
  });

  it('are merged with an override', () => {
    const base = readCompose(`services:
  web:
    image: a
    build: .
    command: [a, b]
    ports: ["80:80"]
    environment: {A: 1, B: 2}
    volumes: ["raw:/data", "log:/logs"]
    depends_on: [db]
    healthcheck: {test: [CMD, a], interval: 1s}
`);
    const override = readCompose(`services:
  web:
    image: b
    build: {target: dev}
    command: [c]
    ports: ["90:90"]
    environment: [B=3, C=4]
    volumes: ["./raw:/data"]
    depends_on: {db: {condition: service_healthy}}
    healthcheck: {test: [CMD, b]}
  ui: {image: ui}
`);
    if (base === undefined || override === undefined) throw new Error('no file');
    const web = mergedCompose(base, override).services.get('web');
    expect(web?.image?.text).toBe('b');
    expect([web?.build?.context?.text, web?.build?.target?.text]).toEqual(['.', 'dev']);
    expect(textsAt(web?.node, 'command').map(({ text }) => text)).toEqual(['c']);
    expect(web?.ports.map(({ target }) => target)).toEqual(['80', '90']);
    expect(web?.environment.map(({ name, value }) => `${name.text}=${value?.text}`)).toEqual(['A=1', 'B=3', 'C=4']);
    expect(web?.volumes.map(({ source }) => source)).toEqual(['./raw', 'log']);
    expect(web?.dependsOn.map(({ condition }) => condition)).toEqual(['service_healthy']);
    expect(textsAt(web?.node, 'healthcheck', 'test').map(({ text }) => text)).toEqual(['CMD', 'b']);
    expect(textAt(web?.node, 'healthcheck', 'interval')).toBe('1s');
    const reset = readCompose(
      'services:\n  web:\n    ports: !reset []\n    environment: {A: !reset null}\n    volumes: !override ["zoo:/z"]\n',
    );
    const taken = reset && mergedCompose(base, reset).services.get('web');
    expect([taken?.ports.length, taken?.volumes.map(({ source }) => source), taken?.environment.map(({ name }) => name.text)]).toEqual([
      0,
      ['zoo'],
      ['B'],
    ]);
  });
});

describe('interpolation', () => {
  const variables: Readonly<Record<string, string | null>> = { SET: 'v', EMPTY: '', NONE: null };
  const read = (text: string) => interpolated(text, (name) => variables[name]);

  // The answers are those of compose-go 2.16.2's template package, unknown variables aside.
  it('is what Compose does', () => {
    expect(['$SET-x', '${SET}', '$$SET', '${NONE}', '$NONE.', 'a$', '$1'].map(read)).toEqual(['v-x', 'v', '$SET', '', '.', 'a$', '$1']);
    expect(['${NONE:-d}', '${EMPTY:-d}', '${EMPTY-d}', '${SET:-d}'].map(read)).toEqual(['d', 'd', '', 'v']);
    expect(['${SET:+a}', '${EMPTY:+a}', '${EMPTY+a}', '${NONE+a}'].map(read)).toEqual(['a', '', 'a', '']);
    expect(['${NONE:?e}', '${SET:?e}', '${EMPTY?e}'].map(read)).toEqual([undefined, 'v', '']);
    expect(['${NONE:-${SET}}', '${NONE:-{}}', '${SET:-{}}'].map(read)).toEqual(['v', '{}', 'v']);
    expect(['${', '${}', '${SET', '${1}', '${NONE:-a\nb}'].map(read)).toEqual(Array(5).fill(undefined));
  });

  it('leaves unknown what is unknown', () => {
    expect(['${OTHER}', '${OTHER:-d}', 'a${NONE:-$OTHER}'].map(read)).toEqual([undefined, undefined, undefined]);
    expect(variablesIn('$$A ${B:-${C}}/$D')).toEqual(['B', 'C', 'D']);
  });
});
