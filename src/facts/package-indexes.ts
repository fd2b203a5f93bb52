/**
 * The indexes that Python packages come from: whose they are, and which packages one of them has all by itself.
 *
 * Sources (read 2026-11-22): the install pages of PyTorch, NVIDIA (pypi.nvidia.com), JAX, PyG, vLLM, FlashInfer, ROCm, Intel
 * extension for PyTorch, llama-cpp-python, piwheels; docs.astral.sh/uv/concepts/indexes (2026-08-21);
 * pip.pypa.io/en/stable/cli/pip_install (--extra-index-url).
 */
import { type PipInstall, pinningOf } from './pip.js';
import { words } from './words.js';

/** Whose index an address is. *pypi*: the public one, or a mirror of it. *test*: where anybody uploads anything, to try it out.
 *  *vendor*: a maker's public one, beside PyPI by design. *other*: somebody's own. */
export type IndexOwner = 'pypi' | 'test' | 'vendor' | 'other';

const VENDORS =
  /(?:^|\.)(?:download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|developer\.download\.nvidia\.com|data\.pyg\.org|wheels\.vllm\.ai|flashinfer\.ai|repo\.radeon\.com|rocm\.nightlies\.amd\.com|pytorch-extension\.intel\.com|intel\.github\.io|abetlen\.github\.io|piwheels\.org|pypi\.anaconda\.org|huggingface\.github\.io|[\w-]+\.tensorflow\.org|wheels\.vtk\.org|rocm\.frameworks\.amd\.com|jetson\.webredirect\.org|pypi\.jetson-ai-lab\.(?:dev|io)|pypi\.apple\.com|pip\.repos\.neuron\.amazonaws\.com|wheels\.developerfirst\.org|docs\.sglang\.(?:ai|io)|pip\.modular\.com|dl\.modular\.com|us-python\.pkg\.dev)$/;

const MIRRORS =
  /(?:^|\.)(?:pypi\.org|pypi\.python\.org|pypi\.io|pypi\.tuna\.tsinghua\.edu\.cn|mirrors\.aliyun\.com|mirrors\.cloud\.tencent\.com|pypi\.douban\.com|pypi\.mirrors\.ustc\.edu\.cn|mirrors\.ustc\.edu\.cn|mirror\.baidu\.com|repo\.huaweicloud\.com|mirrors\.huaweicloud\.com|mirror\.sjtu\.edu\.cn|mirrors\.bfsu\.edu\.cn|mirrors\.tuna\.tsinghua\.edu\.cn|pypi\.doubanio\.com)$/;

/** Whose index an address is; undefined for one without a host, such as a path. */
export function indexOwner(address: string): IndexOwner | undefined {
  const host = /^https?:\/\/(?:[^/@]*@)?([\w.-]+)/i.exec(address)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  if (host === 'test.pypi.org' || host === 'testpypi.python.org') return 'test';
  if (MIRRORS.test(host)) return 'pypi';
  if (VENDORS.test(host)) return 'vendor';
  return host === 'storage.googleapis.com' && /\/(?:jax|libtpu)-/.test(address) ? 'vendor' : 'other';
}

/** What PyTorch's own index has together with all it depends on (download.pytorch.org/whl, 2026-11). */
const TORCH_FAMILY = words('torch torchvision torchaudio');

/** Whether all that an install names stands on PyTorch's index, so that no second one is needed. */
export function isAllTorch({ packages, dynamic, requirementFiles }: PipInstall): boolean {
  const names = packages.map(({ requirement }) => (requirement.kind === 'name' ? requirement.name.toLowerCase() : ''));
  return dynamic.length === 0 && requirementFiles.length === 0 && names.length > 0 && names.every((name) => TORCH_FAMILY.has(name));
}

/** Whether every package is asked for in one exact version. */
export function asksExactVersions({ packages, dynamic, requirementFiles }: PipInstall): boolean {
  return (
    dynamic.length === 0 && requirementFiles.length === 0 && packages.length > 0 && packages.every((each) => pinningOf(each) === 'pinned')
  );
}

/** Whether every package is asked for in a local version (`torch==2.10.0+cu128`): PyPI has none (PEP 440). */
export function asksLocalVersions({ packages, dynamic, requirementFiles }: PipInstall): boolean {
  if (dynamic.length > 0 || requirementFiles.length > 0 || packages.length === 0) return false;
  return packages.every(({ requirement }) => requirement.kind === 'name' && requirement.version?.includes('+') === true);
}
