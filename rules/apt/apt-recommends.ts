import { together } from '../../src/edits/together.js';
import { listedBehind, wordBehind } from '../../src/edits/words.js';
import {
  type AptCall,
  AptConfiguration,
  aptCalls,
  COMPANIONS,
  hasPackage,
  installs,
  instructionsUntilApt,
  packageNames,
  recommendsNothing,
} from '../../src/facts/apt.js';
import { factsOfBase, isOlderThan } from '../../src/facts/images.js';
import { needsRecommended } from '../../src/facts/recommended-libraries.js';
import type { Base, ShellWord, SyntaxTree } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-recommends',
  family: 'apt',
  summary: 'Packages that are merely recommended are installed, too',
  severity: 'info',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  equivalents: ['hadolint:DL3015'],
  messages: {
    recommends: {
      text: '`{call}` also installs what the packages merely recommend',
      help: 'Write `{call} --no-install-recommends`, and name the recommended packages that are needed',
    },
    companion: {
      text: '`{call}` also installs what the packages merely recommend',
      help: 'Write `{call} --no-install-recommends`, and add {companion}, which {package} only recommends and needs for {purpose}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isInFinalImage(ctx.dockerfile, stage)) return;
      const configuration = new AptConfiguration(stage.base);
      const installed = new Set<string>();
      for (const instruction of instructionsUntilApt(stage, ctx.script)) {
        const script = ctx.script(instruction);
        configuration.apply(instruction, script);
        const all = script === undefined || instruction.keyword !== 'RUN' ? [] : aptCalls(script).filter(installs);
        for (const name of all.flatMap(packageNames)) installed.add(name);
        if (configuration.recommends !== 'unsaid') return;
        if (instruction.keyword !== 'RUN' || script?.stage !== stage) continue;
        const calls = all.filter((call) => call.action === 'install' && call.operands.length > 0);
        const [call, ...others] = calls.filter((candidate) => candidate.recommends === 'unsaid' && !isWithoutRecommends(candidate));
        if (call === undefined) continue;
        const related = others.map(({ span, tool, action }) => ({ at: span, note: `\`${tool} ${action}\` does so too` }));
        const data = { call: `${call.tool} ${call.action}` };
        const companion = companionOf(packageNames(call), installed, stage.base);
        const missing = [call, ...others].flatMap((each) => missingCompanions(packageNames(each), installed, stage.base));
        const isBearable = !needsRecommended([call, ...others], ctx.dockerfile, ctx);
        const fixes = isBearable ? withoutRecommends([call, ...others], [...new Set(missing)], ctx.dockerfile.syntax) : [];
        const place = { at: call.span, related, fixes };
        if (companion === undefined) yield { ...place, message: 'recommends', data };
        else yield { ...place, message: 'companion', data: { ...data, ...companion } };
        // Today they come as recommendations; where this finding is mended they are named, once.
        for (const name of missing) installed.add(name);
      }
    },
  },
});

/** The packages to be named of the first one that would lack some, those of pip first: without setuptools that of an old release builds nothing. */
function companionOf(names: readonly string[], installed: ReadonlySet<string>, base: Base) {
  const ofPip = companionsOfPip(names, installed, base);
  if (ofPip.length > 0) return { package: 'python3-pip', companion: ofPip.join(', '), purpose: 'packages without a wheel' };
  const name = names.find((each) => lackedBy(each, installed, base) !== undefined);
  const companion = name === undefined ? undefined : COMPANIONS.get(name);
  return name === undefined || companion === undefined
    ? undefined
    : { package: name, companion: companion.name, purpose: companion.purpose };
}

/** All that packages would lack. */
function missingCompanions(names: readonly string[], installed: ReadonlySet<string>, base: Base): readonly string[] {
  return [...companionsOfPip(names, installed, base), ...names.flatMap((name) => lackedBy(name, installed, base) ?? [])];
}

/** What a package needs beside it and would not get; a base image that has the package has what goes with it. */
function lackedBy(name: string, installed: ReadonlySet<string>, base: Base): string | undefined {
  const companion = COMPANIONS.get(name)?.name;
  const isThere = companion === undefined || installed.has(companion) || hasPackage(base, companion) || hasPackage(base, name);
  return isThere ? undefined : companion;
}

function companionsOfPip(names: readonly string[], installed: ReadonlySet<string>, base: Base): readonly string[] {
  if (!names.includes('python3-pip')) return [];
  const facts = factsOfBase(base);
  const isOld = isOlderThan(facts?.distribution, HARD_DEPENDENCY);
  // An image nobody knows may compile, as many for development do.
  const mayCompile = facts === undefined || facts.commands?.has.includes('gcc') || COMPILERS.some((name) => installed.has(name));
  return [
    ...(isOld ? ['python3-setuptools', 'python3-wheel'].filter(() => !installed.has('python3-setuptools')) : []),
    // Who installs the headers wants to compile.
    ...(installed.has('python3-dev') && !mayCompile ? ['build-essential'] : []),
  ];
}

/** From when on python3-pip depends on setuptools and wheel (packages.ubuntu.com; Debian 10 and newer likewise; 2026-11). */
const HARD_DEPENDENCY = { ubuntu: '20.04' } as const;

/** Any of these compiles; python3-pip recommends the first (Debian 11 to 13, 2026-11). */
const COMPILERS = ['build-essential', 'gcc', 'g++', 'clang'];

/** The option in every call, and what would be missed behind the packages of the first. */
function withoutRecommends(calls: readonly AptCall[], companions: readonly string[], tree: SyntaxTree): readonly Fix[] {
  const edits = calls.map((call) => {
    const option = call.tool === 'aptitude' ? '--without-recommends' : '--no-install-recommends';
    return wordBehind(tree, call.command, lastOptionBehindVerb(call), option);
  });
  const [first] = calls;
  const last = first?.operands.at(-1);
  if (first !== undefined && last !== undefined && companions.length > 0) edits.push(listedBehind(tree, first.command, last, companions));
  const all = together(edits);
  // A compiler that came unnamed is seldom to stay, and whether it is needed at all does not show.
  if (all === undefined || companions.includes('build-essential')) return [];
  const risk = 'packages that are merely recommended, and that something needs after all, are missing';
  const title = ['Add --no-install-recommends', ...companions].join(' and ');
  return [{ title, safety: 'unsafe', risk, edits: all }];
}

/** Behind `install -y` rather than between the two. */
function lastOptionBehindVerb({ command, verb }: AptCall): ShellWord {
  let last = verb;
  for (const word of command.args.slice(command.args.indexOf(verb) + 1)) {
    if (!/^-(?:[yqfm]+|-yes|-assume-yes|-quiet|-fix-missing|-fix-broken)$/.test(word.value ?? '')) break;
    last = word;
  }
  return last;
}

function isWithoutRecommends(call: AptCall): boolean {
  const names = packageNames(call);
  return names.length === call.operands.length && names.every(recommendsNothing);
}

export const docs: RuleDocs = {
  why: 'Debian and Ubuntu install what a package recommends unless they are told not to. On an empty Debian 12, r-base brings 401 packages instead of 128, texlive 282 instead of 83, python3-pip 221 instead of 50 (apt-get -s, 2026-11): compilers, manual pages and fonts that nobody asked for. A quarter of the public data-science Dockerfiles installs that way.',
  remedy:
    'Add --no-install-recommends and name what is really needed, above all ca-certificates beside curl, wget and git. For a whole image: `echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/99no-recommends` above the first install.',
  limits:
    'One finding for a RUN, in layers of the final image only. Silent where an option (-o, -R of aptitude), a file in /etc/apt/apt.conf.d or the base image (r-base) has switched recommendations off or --install-recommends asks for them, where options depend on an unknown variable, and where no package has any recommendation, as far as that is known. build-dep, upgrade and reinstall are left alone. Where the recommendations are wanted, as in desktop or TeX images, say so with --install-recommends. The fix adds the option to all installs of the RUN and names the companions that are known here (ca-certificates, setuptools and wheel of an old pip, the headers of protobuf), but there is none where that would be a compiler, or where a Python package loads or is compiled with what is only recommended; what else of the recommendations is needed shows only when the image is used, so that it is unsafe.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'https://github.com/rocker-org/rocker (r-base: 90local-no-recommends, 2026-04)',
  ],
  examples: [
    {
      title: 'Without the recommendation, curl has no certificates',
      dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'companion']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      dockerfile:
        'FROM ubuntu:24.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n && apt-get -y install build-essential r-base \\\n && rm -rf /var/lib/apt/lists/*\n',
      reports: [[4, 'recommends']],
      fixed:
        'FROM ubuntu:24.04\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update \\\n && apt-get -y install --no-install-recommends build-essential r-base \\\n && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'All installs of a RUN',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update \\\n && apt-get install -y \\\n      python3 \\\n      git \\\n && apt-get install -qq graphviz \\\n && rm -rf /var/lib/apt/lists/*\n',
      reports: [[3, 'companion']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n      python3 \\\n      git \\\n      ca-certificates \\\n && apt-get install -qq --no-install-recommends graphviz \\\n && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'The Python images bring certificates',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'recommends']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'So do images that have curl',
      dockerfile: 'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nUSER root\nRUN apt-get update && apt-get install -y curl graphviz\n',
      reports: [[3, 'recommends']],
      fixed:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends curl graphviz\n',
    },
    {
      title: 'A compiler is a recommendation, too, and to name it is a choice',
      dockerfile: 'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y python3-pip python3-dev && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'companion']],
    },
    {
      title: 'A Python package loads a library that comes as a recommendation',
      dockerfile:
        'FROM python:3.12-slim-bookworm\nRUN apt-get update && apt-get install -y r-base && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir opencv-python==4.10.0.84\n',
      reports: [[2, 'recommends']],
    },
    {
      title: 'Switched off for the whole image',
      dockerfile:
        'FROM debian:trixie-slim\nRUN echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/99no-recommends\nRUN apt-get update && apt-get install -y graphviz && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'Switched off by the base image',
      dockerfile: 'FROM r-base:4.5.3\nRUN apt-get update && apt-get install -y r-cran-sf && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'Nothing is recommended',
      dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y libgomp1 unzip && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
  ],
};
