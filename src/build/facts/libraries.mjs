/**
 * Writes src/facts/debian-dependencies.ts: which of the apt packages that Dockerfiles install bring which of the libraries, headers
 * and compilers that Python packages ask for, and of the programs that health checks call, by whatever way.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fetchIndexes, readNames, SUITES } from './debian.mjs';
import { wrapped } from './written.mjs';

/** What is asked for, with all the names it has had: a release has one of them. The order gives each its letter. */
export const THINGS = {
  gl: 'libgl1', glib: 'libglib2.0-0 libglib2.0-0t64', gomp: 'libgomp1', odbc: 'libodbc1 libodbc2', pq: 'libpq5', cairo: 'libcairo2',
  pango: 'libpango-1.0-0', pangoft: 'libpangoft2-1.0-0', portaudio: 'libportaudio2', magic: 'libmagic1 libmagic1t64',
  zbar: 'libzbar0 libzbar0t64', avcodec: 'libavcodec58 libavcodec59 libavcodec61', expat: 'libexpat1', egl: 'libegl1', gles: 'libgles2',
  mariadb: 'libmariadb3', xcb: 'libxcb1', enchant: 'libenchant-2-2', vips: 'libvips42 libvips42t64', dmtx: 'libdmtx0a libdmtx0b libdmtx0t64',
  wand: 'libmagickwand-6.q16-6 libmagickwand-7.q16-10', ldap: 'libldap-2.4-2 libldap-2.5-0 libldap2', gdal: 'libgdal28 libgdal32 libgdal36',
  icu: 'libicu67 libicu72 libicu76', gcc: 'gcc', gxx: 'g++', make: 'make', cmake: 'cmake', libc: 'libc6-dev', git: 'git',
  pkgconf: 'pkg-config pkgconf', 'pq-dev': 'libpq-dev', 'mysql-dev': 'libmariadb-dev', 'ldap-dev': 'libldap-dev libldap2-dev',
  'sasl-dev': 'libsasl2-dev', 'cairo-dev': 'libcairo2-dev', 'portaudio-dev': 'portaudio19-dev', 'gdal-dev': 'libgdal-dev',
  'icu-dev': 'libicu-dev', 'krb5-dev': 'libkrb5-dev', 'graphviz-dev': 'libgraphviz-dev', curl: 'curl', wget: 'wget', ps: 'procps',
  nc: 'netcat-openbsd netcat-traditional ncat', ss: 'iproute2', netstat: 'net-tools', jq: 'jq', psql: 'postgresql-client-common',
  'redis-cli': 'redis-tools', mysqladmin: 'mariadb-client mariadb-client-10.5', xrender: 'libxrender1', usb: 'libusb-1.0-0',
  mpi: 'libopenmpi3 libopenmpi40 libmpich12', 'mpi-dev': 'libopenmpi-dev libmpich-dev',
  geos: 'libgeos-c1v5 libgeos-c1t64', 'geos-dev': 'libgeos-dev', proj: 'libproj19 libproj25', 'proj-dev': 'libproj-dev',
  xmlsec: 'libxmlsec1-openssl libxmlsec1t64-openssl', 'xmlsec-dev': 'libxmlsec1-dev', gvc: 'libgvc6',
}; // biome-ignore format: a table

/** What docker-library/python installs into its full images (2026-11), with docker-library/buildpack-deps below. */
const FULL_IMAGE =
  'ca-certificates curl gnupg netbase wget git mercurial openssh-client subversion procps autoconf automake bzip2 ' +
  'default-libmysqlclient-dev dpkg-dev file g++ gcc imagemagick libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev libevent-dev ' +
  'libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev liblzma-dev libmagickcore-dev libmagickwand-dev ' +
  'libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libtool ' +
  'libwebp-dev libxml2-dev libxslt-dev libyaml-dev make patch unzip xz-utils zlib1g-dev libbluetooth-dev tk-dev uuid-dev';

/** The text of the table, for the names of apt-names.txt and those of the things themselves. */
export function debianDependencies(day) {
  const directory = mkdtempSync(path.join(tmpdir(), 'plimsoll-apt-'));
  try {
    const indexes = fetchIndexes(directory);
    const names = readNames(readFileSync(new URL('apt-names.txt', import.meta.url), 'utf8'));
    return dependencyTable(
      names,
      SUITES.map((suite) => indexes.get(suite).stanzas),
      day,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What the packages of a release ask for, each a list of alternatives, and which packages provide a name that is none. */
export function readDependencies(texts) {
  const packages = new Map();
  const providers = new Map();
  for (const stanza of texts) {
    const name = /^Package: (\S+)$/m.exec(stanza)?.[1];
    if (name === undefined) continue;
    const listed = (field) => {
      const value = new RegExp(`^${field}: (.+)$`, 'm').exec(stanza)?.[1];
      return value === undefined ? [] : value.split(',').map((each) => each.split('|').map((one) => one.trim().replace(/[ :(].*$/, '')));
    };
    packages.set(name, { needs: [...listed('Depends'), ...listed('Pre-Depends')], recommends: listed('Recommends') });
    for (const [virtual] of listed('Provides')) providers.set(virtual, [...(providers.get(virtual) ?? []), name]);
  }
  return { packages, providers };
}

/** All that an install of names may bring. SPEC: of alternatives apt takes the first that there is; of providers any may be it. */
export function closureOf(names, { packages, providers }, withRecommends) {
  const found = new Set(names);
  const waiting = [...names];
  const chosen = (alternatives) => alternatives.find((name) => packages.has(name) || providers.has(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const known = packages.get(name);
    const asked = known === undefined ? [] : [...known.needs, ...(withRecommends ? known.recommends : [])];
    const next = known === undefined ? (providers.get(name) ?? []) : asked.flatMap((alternatives) => chosen(alternatives) ?? []);
    for (const each of next) {
      if (found.has(each)) continue;
      found.add(each);
      waiting.push(each);
    }
  }
  return found;
}

/** No slash: it stands between what a package brings and what only its recommended ones do. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function dependencyTable(asked, releases, day) {
  const things = Object.entries(THINGS).map(([, names], at) => ({ letter: LETTERS[at], names: names.split(' ') }));
  const graphs = releases.map(readDependencies);
  const letters = (names, withRecommends) => {
    const found = new Set();
    for (const graph of graphs) {
      const closure = closureOf(names, graph, withRecommends);
      for (const thing of things) if (thing.names.some((each) => closure.has(each))) found.add(thing.letter);
    }
    return things.flatMap(({ letter }) => (found.has(letter) ? [letter] : [])).join('');
  };
  const groups = new Map();
  for (const name of [...new Set([...asked, ...things.flatMap(({ names }) => names)])].sort()) {
    const [plain, wide] = [letters([name], false), letters([name], true)];
    const more = [...wide].filter((letter) => !plain.includes(letter)).join('');
    const key = more === '' ? plain : `${plain}/${more}`;
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const lines = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, names]) => wrapped(names, `${key} `));
  return `/**
 * Generated by \`npm run facts\`; do not edit. What apt packages bring along of the libraries, headers and compilers that Python
 * packages ask for, and of the programs that health checks call: the dependencies in the Packages indexes of Debian's
 * ${SUITES.join(', ')}, read on ${day}, all releases together.
 * A letter that is missing means that the package does not bring it, one that is there that it does in some release.
 */

/** Debian's releases, in the order of their columns below. */
export const SUITES = '${SUITES.join(' ')}';

/** A letter for each thing, its name here, and what its package is called in each release; - where there is none. */
export const THINGS = \`
${Object.entries(THINGS)
  .map(
    ([id, names], at) =>
      `${LETTERS[at]} ${id} ${graphs.map(({ packages }) => names.split(' ').find((name) => packages.has(name)) ?? '-').join(' ')}`,
  )
  .join('\n')}
\`;

/** Letters, behind a slash those that only recommended packages bring, then the packages. */
export const BROUGHT = \`
${lines.join('\n')}
\`;

/** What docker-library's full image of Python has (buildpack-deps and its own additions). */
export const IN_FULL_IMAGE = '${letters(FULL_IMAGE.split(' '), false)}';
`;
}
