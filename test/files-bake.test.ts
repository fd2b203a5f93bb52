import { describe, expect, it } from 'vitest';
import { type BakeFile, readBake } from '../src/files/bake.js';
import { readHcl } from '../src/files/hcl.js';
import { type TreeNode, textAt } from '../src/files/tree.js';

const args = (file: BakeFile, name: string) =>
  [...(file.targets.get(name)?.args ?? [])].map(([key, { value }]) => `${key}=${textAt(value) ?? value.kind}`);

describe('docker-bake.hcl', () => {
  const text = `# how images are built
variable "TAG" { default = "1.2" }
variable "REGISTRY" { default = "host" }
variable "IMAGE" { default = "\${REGISTRY}/app:\${TAG}" }
variable "NONE" {}
variable "HASH" { default = sha1("x") }

group "default" { targets = ["web", "gpu"] }

target "base" {
  context    = "."
  dockerfile = "docker/Dockerfile" // beside it
  args = {
    PYTHON = "3.12"
    "TAG"  = TAG,
    IMAGE: IMAGE
    FULL   = "\${IMAGE}-\${HASH}"
    UP     = upper("x")
    COND   = TAG == "1" ? "a" : "b"
    N      = 3
  }
}
target "web" {
  inherits = ["base"]
  target   = "runtime"
  args     = { PYTHON = "3.13" }
  contexts = { data = "./data" }
  platforms = [for p in ["amd64", "arm64"] : "linux/\${p}"]
}
/* a block
   comment */
target "gpu" {
  inherits   = ["base", "other"]
  dockerfile = "\${TAG}.Dockerfile"
  context    = NONE
  dockerfile-inline = <<-EOT
    FROM python
      RUN true
  EOT
}
`;
  const file = readBake(text, 'hcl');

  it('has targets that inherit', () => {
    expect(file.problems).toEqual([]);
    expect([...file.targets.keys()]).toEqual(['base', 'web', 'gpu']);
    const web = file.targets.get('web');
    expect([web?.context?.text, web?.dockerfile?.text, web?.target?.text]).toEqual(['.', 'docker/Dockerfile', 'runtime']);
    expect(web?.dockerfile && text.slice(web.dockerfile.span.start, web.dockerfile.span.end)).toBe('docker/Dockerfile');
    expect(args(file, 'web')).toEqual([
      'PYTHON=3.13',
      'TAG=1.2',
      'IMAGE=host/app:1.2',
      'FULL=unknown',
      'UP=unknown',
      'COND=unknown',
      'N=3',
    ]);
    expect([...(web?.contexts.keys() ?? [])]).toEqual(['data']);
    expect(file.groups.get('default')?.map(({ text: name }) => name)).toEqual(['web', 'gpu']);
  });

  it('leaves unknown what is worked out later', () => {
    expect([...(file.targets.get('web')?.unknown ?? [])]).toEqual(['platforms']);
    const gpu = file.targets.get('gpu');
    expect([...(gpu?.unknown ?? [])].sort()).toEqual(['context', 'inherits']);
    expect(gpu?.context).toBeUndefined();
    expect(gpu?.dockerfile?.text).toBe('1.2.Dockerfile');
    expect(gpu?.dockerfileInline?.text).toBe('FROM python\n  RUN true\n');
    expect(file.variables.get('HASH')?.kind).toBe('unknown');
  });

  it('goes on behind what it cannot read', () => {
    const broken = readBake('target "a" {\n  ! nonsense\n  context = "x"\n}\n)\ntarget "b" { context = "y"\n', 'hcl');
    expect([broken.targets.get('a')?.context?.text, broken.targets.get('b')?.context?.text]).toEqual(['x', 'y']);
    expect(broken.problems).toHaveLength(3);
    const circle = readBake('target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"]\n context = "x" }', 'hcl');
    expect(circle.targets.get('a')?.context?.text).toBe('x');
  });

  it('reads texts as HCL does', () => {
    const value = (written: string): string => {
      const found: TreeNode | undefined = readHcl(`a = ${written}\n`, () => undefined).body.attributes.entries.get('a')?.value;
      return found?.kind === 'scalar' ? found.text : (found?.kind ?? 'nothing');
    };
    expect(['"a\\"b\\u00e9\\n"', '"$${x}"', '"${x}"', '"%{ if x }a%{ endif }"', '"a\\q"', '"$5 {}"'].map(value)).toEqual([
      'a"bé\n',
      '${x}',
      'unknown',
      'unknown',
      'unknown',
      '$5 {}',
    ]);
    expect(['1.5', '-2', 'true', 'x', '1 + 2', '["a"][0]', 'f("a, b", {c = 1})'].map(value)).toEqual([
      '1.5',
      '-2',
      'true',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

describe('docker-bake.json', () => {
  it('is the same in another form', () => {
    const file = readBake(
      '{"variable": {"TAG": {"default": "1"}}, "group": {"default": {"targets": ["a"]}}, "target": {"a": {"context": "x", "args": {"T": "${TAG}", "U": "${NO}"}}}}',
      'json',
    );
    expect(file.targets.get('a')?.context?.text).toBe('x');
    expect(args(file, 'a')).toEqual(['T=1', 'U=unknown']);
  });
});
