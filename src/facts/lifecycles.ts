/**
 * When releases of languages and distributions end: dates only. What a rule makes of a date is the rule's affair, and
 * the day is always handed in: nothing here reads a clock.
 */

/** What has releases here. The names of distributions are also the `id` of a distribution in `facts/images.ts`. */
export type Product =
  | 'python'
  | 'node'
  | 'julia'
  | 'postgres'
  | 'mysql'
  | 'mongo'
  | 'redis'
  | 'spark'
  | 'airflow'
  | 'debian'
  | 'ubuntu'
  | 'alpine'
  | 'centos'
  | 'rhel'
  | 'rocky'
  | 'alma'
  | 'fedora'
  | 'amazonlinux'
  | 'oraclelinux'
  | 'opensuse';

/** One release line of a product. Every date is `YYYY-MM-DD`. */
export interface Release {
  readonly product: Product;
  /** As tags and makers write it: `3.9`, `12`, `20.04`, `3.19`; CentOS Stream is `stream9`. */
  readonly cycle: string;
  /** The first word, in lower case: `bookworm`, `jammy`. Debian and Ubuntu only. */
  readonly codename?: string;
  /** First day of the general release; may lie in the future. */
  readonly released: string;
  /** Last day of the support everybody gets for nothing: security fixes by the maker. Paid extensions (Ubuntu Pro, ELS,
   *  Debian ELTS) do not count. */
  readonly endOfLife: string;
  /** Last day of a free long-term support by others than the security team (Debian LTS). */
  readonly ltsEnd?: string;
  /** First day on which the image's own package sources fail, so that `apt-get update` or `yum install` ends the build.
   *  NOTE: the day on which somebody reported it, or a later one; never an earlier one. */
  readonly archiveGone?: string;
}

/** Where a release stands on a day. */
export type Standing =
  | { readonly kind: 'unreleased'; readonly on: string }
  /** Free support runs for more than six months; `until` is its last day, long-term support included. */
  | { readonly kind: 'supported'; readonly until: string }
  /** The maker's own support is over, a free long-term support carries on for more than six months. */
  | { readonly kind: 'lts'; readonly since: string; readonly until: string }
  /** The last free support of any kind ends within six months, on `on`. */
  | { readonly kind: 'ending'; readonly on: string }
  /** All free support ended on `on`; `longAgo`: more than twelve months before. `archiveGone` is there when the package
   *  archive has left as well. */
  | { readonly kind: 'ended'; readonly on: string; readonly longAgo: boolean; readonly archiveGone?: string };

/**
 * The Python minor a message may propose. NOTE: not the newest (3.15 came in October 2026) but the newest that the
 * field's own images are built on: jupyter/docker-stacks (2026-08-08) and apache/airflow 3.3.0 both ship 3.13. Compiled
 * wheels trail a new minor by months, and by a year at the slow end (NVIDIA/torch-harmonics#266, asked 2026-09-18). 3.13
 * has security fixes until October 2029.
 */
export const SUGGESTED_PYTHON = '3.13';

/** The minor `python:3` and `python:latest` mean: docker-library/docs python/README.md, autumn 2026. */
export const NEWEST_PYTHON = '3.15';

/** The codename of Debian stable since 2025-08-09. */
export const DEBIAN_STABLE = 'trixie';

/** The Alpine release `alpine:latest` and `alpine:3` mean since 2026-06-09. */
export const NEWEST_ALPINE = '3.24';

/** The LTS release `ubuntu:latest` means since spring 2026. */
export const NEWEST_UBUNTU_LTS = '26.04';

/** The release of a product with exactly this cycle; undefined for an unknown product or cycle. */
export function release(product: string, cycle: string): Release | undefined {
  return Object.hasOwn(TABLES, product) ? releasesOf(product as Product).get(cycle) : undefined;
}

/** The Debian or Ubuntu release of a codename, in any case; undefined for Debian testing and unstable. */
export function releaseByCodename(codename: string): Release | undefined {
  return releasesByCodename().get(codename.toLowerCase());
}

/** A release as people call it: `Debian 12 (bookworm)`, `Ubuntu 22.04`, `CentOS Stream 9`. */
export function nameOfSystem({ product, cycle, codename }: Pick<Release, 'product' | 'cycle' | 'codename'>): string {
  const number = cycle.startsWith('stream') ? `Stream ${cycle.slice('stream'.length)}` : cycle;
  return `${SYSTEM_NAMES[product]} ${number}${codename === undefined || product === 'ubuntu' ? '' : ` (${codename})`}`;
}

/** The makers' own names. */
export const SYSTEM_NAMES: Readonly<Record<Product, string>> = {
  python: 'Python', node: 'Node.js', julia: 'Julia', postgres: 'PostgreSQL', mysql: 'MySQL', mongo: 'MongoDB', redis: 'Redis', spark: 'Apache Spark',
  airflow: 'Apache Airflow', debian: 'Debian', ubuntu: 'Ubuntu', alpine: 'Alpine', centos: 'CentOS', rhel: 'Red Hat Enterprise Linux',
  rocky: 'Rocky Linux', alma: 'AlmaLinux', fedora: 'Fedora', amazonlinux: 'Amazon Linux', oraclelinux: 'Oracle Linux',
  opensuse: 'openSUSE Leap',
}; // biome-ignore format: a list of names

/** Where a release stands on `today`, `YYYY-MM-DD`. */
export function standing(release: Release, today: string): Standing {
  if (today < release.released) return { kind: 'unreleased', on: release.released };
  const last = release.ltsEnd === undefined || release.ltsEnd < release.endOfLife ? release.endOfLife : release.ltsEnd;
  if (today > last) {
    const ended = { kind: 'ended', on: last, longAgo: today > addMonths(last, 12) } as const;
    const gone = release.archiveGone;
    return gone === undefined || today < gone ? ended : { ...ended, archiveGone: gone };
  }
  if (last <= addMonths(today, 6)) return { kind: 'ending', on: last };
  if (today > release.endOfLife) return { kind: 'lts', since: release.endOfLife, until: last };
  return { kind: 'supported', until: last };
}

/** The same day some months later; the last of the month where that month is shorter. */
function addMonths(day: string, months: number): string {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  const date = Math.min(Number(day.slice(8, 10)), length);
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

const tablesRead = new Map<string, ReadonlyMap<string, Release>>();

/** A product's releases by cycle; its table is read at the first question about it. */
function releasesOf(product: Product): ReadonlyMap<string, Release> {
  const known = tablesRead.get(product);
  if (known !== undefined) return known;
  const found = new Map<string, Release>();
  for (const row of TABLES[product].trim().split('\n')) {
    const [cycle = '', codename = '-', released = '', endOfLife = '', ltsEnd = '-', archiveGone = '-'] = row.split(/ +/);
    found.set(cycle, {
      product,
      cycle,
      ...(codename === '-' ? {} : { codename }),
      released,
      endOfLife,
      ...(ltsEnd === '-' ? {} : { ltsEnd }),
      ...(archiveGone === '-' ? {} : { archiveGone }),
    });
  }
  tablesRead.set(product, found);
  return found;
}

let codenames: ReadonlyMap<string | undefined, Release> | undefined;

function releasesByCodename(): ReadonlyMap<string | undefined, Release> {
  codenames ??= new Map(
    (['debian', 'ubuntu'] as const).flatMap((product) => [...releasesOf(product).values()].map((each) => [each.codename, each])),
  );
  return codenames;
}

/*
 * The tables. Columns: cycle, codename, released, endOfLife, ltsEnd, archiveGone; `-` where there is nothing to say.
 * Source of the dates: endoflife-date/endoflife.date, products/*.md at a70eca3 (2026-08-22). Where the source has only
 * "no longer supported" without a day, the release is left out.
 */

/** 3.15 and 3.16: peps.python.org/api/release-cycle.json (2026-08), which gives the month of the end. */
const PYTHON = `
2.6  - 2008-10-01 2013-10-29 - -
2.7  - 2010-07-03 2020-01-01 - -
3.0  - 2008-12-03 2009-06-27 - -
3.1  - 2009-06-27 2012-04-09 - -
3.2  - 2011-02-20 2016-02-20 - -
3.3  - 2012-09-29 2017-09-29 - -
3.4  - 2014-03-16 2019-03-18 - -
3.5  - 2015-09-13 2020-09-30 - -
3.6  - 2016-12-23 2021-12-23 - -
3.7  - 2018-06-27 2023-06-27 - -
3.8  - 2019-10-14 2024-10-07 - -
3.9  - 2020-10-05 2025-10-31 - -
3.10 - 2021-10-04 2026-10-31 - -
3.11 - 2022-10-24 2027-10-31 - -
3.12 - 2023-10-02 2028-10-31 - -
3.13 - 2024-10-07 2029-10-31 - -
3.14 - 2025-10-07 2030-10-31 - -
3.15 - 2026-10-01 2031-10-31 - -
3.16 - 2027-10-06 2032-10-31 - -
`;

/**
 * archiveGone: the first reports of 404 from deb.debian.org. wheezy debuerreotype/docker-debian-artifacts#65; jessie
 * jmathai/elodie#453; stretch meedan/alegre#292 (announced debian-devel-announce 2023-03); buster Tecnativa/doodba#669;
 * squeeze left before wheezy did, the day was not looked up. bullseye is not gone: its security index expired on 2026-09-07
 * (LinuxCNC/linuxcnc#4510), came back without a day of expiry on 2026-09-12, and was there on 2026-11-21.
 */
const DEBIAN = `
6  squeeze  2011-02-06 2014-05-31 2016-02-29 2019-03-22
7  wheezy   2013-05-04 2016-04-25 2018-05-31 2019-03-22
8  jessie   2015-04-25 2018-06-17 2020-06-30 2023-04-14
9  stretch  2017-06-17 2020-07-18 2022-07-01 2023-04-24
10 buster   2019-07-06 2022-09-10 2024-06-30 2025-07-13
11 bullseye 2021-08-14 2024-08-14 2026-08-31 -
12 bookworm 2023-06-10 2026-07-11 2028-06-30 -
13 trixie   2025-08-09 2028-08-09 2030-06-30 -
`;

/**
 * archiveGone: interim releases move to old-releases.ubuntu.com some months after their end; LTS releases stay on
 * archive.ubuntu.com while the paid extension runs. Seen: 24.10 nirs/vmnet-helper#102, 23.10
 * docker-library/official-images#17973, 23.04 tuna/issues#2075, 19.04 docker/for-linux#978, 17.04
 * tianon/docker-brew-ubuntu-core#116, 15.04 webdevops/Dockerfile#212, 12.04 ros-industrial/industrial_ci#680, 10.04
 * docker-library/official-images#1902. The other interim releases: one year after their end, later than any seen.
 * Release and end: distro-info-data 0.58+deb12u7 of Debian (2026-11), which follows Ubuntu's announcements to the day;
 * 10.04 endoflife.date.
 */
const UBUNTU = `
10.04 lucid    2010-04-29 2013-05-09 - 2016-06-29
12.04 precise  2012-04-26 2017-04-28 - 2021-05-28
12.10 quantal  2012-10-18 2014-05-16 - 2015-05-16
13.04 raring   2013-04-25 2014-01-27 - 2015-01-27
13.10 saucy    2013-10-17 2014-07-17 - 2015-07-17
14.04 trusty   2014-04-17 2019-04-25 - -
14.10 utopic   2014-10-23 2015-07-23 - 2016-07-23
15.04 vivid    2015-04-23 2016-02-04 - 2017-12-15
15.10 wily     2015-10-22 2016-07-28 - 2017-07-28
16.04 xenial   2016-04-21 2021-04-30 - -
16.10 yakkety  2016-10-13 2017-07-20 - 2018-07-20
17.04 zesty    2017-04-13 2018-01-13 - 2018-01-18
17.10 artful   2017-10-19 2018-07-19 - 2019-07-19
18.04 bionic   2018-04-26 2023-05-31 - -
18.10 cosmic   2018-10-18 2019-07-18 - 2020-07-18
19.04 disco    2019-04-18 2020-01-23 - 2020-04-16
19.10 eoan     2019-10-17 2020-07-17 - 2021-07-17
20.04 focal    2020-04-23 2025-05-29 - -
20.10 groovy   2020-10-22 2021-07-22 - 2022-07-22
21.04 hirsute  2021-04-22 2022-01-20 - 2023-01-20
21.10 impish   2021-10-14 2022-07-14 - 2023-07-14
22.04 jammy    2022-04-21 2027-06-01 - -
22.10 kinetic  2022-10-20 2023-07-20 - 2024-07-20
23.04 lunar    2023-04-20 2024-01-25 - 2024-11-28
23.10 mantic   2023-10-12 2024-07-11 - 2024-11-26
24.04 noble    2024-04-25 2029-05-31 - -
24.10 oracular 2024-10-10 2025-07-10 - 2025-09-12
25.04 plucky   2025-04-17 2026-01-15 - 2027-01-15
25.10 questing 2025-10-09 2026-07-09 - 2027-07-09
26.04 resolute 2026-04-23 2031-05-29 - -
26.10 stonking 2026-10-15 2027-07-15 - 2028-07-15
`;

/** The archives of ended releases stay on the main mirror. */
const ALPINE = `
3.0  - 2014-06-04 2016-05-01 - -
3.1  - 2014-12-10 2016-11-01 - -
3.2  - 2015-05-26 2017-05-01 - -
3.3  - 2015-12-19 2017-11-01 - -
3.4  - 2016-05-31 2018-05-01 - -
3.5  - 2016-12-22 2018-11-01 - -
3.6  - 2017-05-24 2019-05-01 - -
3.7  - 2017-11-30 2019-11-01 - -
3.8  - 2018-06-26 2020-05-01 - -
3.9  - 2019-01-29 2020-11-01 - -
3.10 - 2019-06-19 2021-05-01 - -
3.11 - 2019-12-19 2021-11-01 - -
3.12 - 2020-05-29 2022-05-01 - -
3.13 - 2021-01-14 2022-11-01 - -
3.14 - 2021-06-15 2023-05-01 - -
3.15 - 2021-11-24 2023-11-01 - -
3.16 - 2022-05-23 2024-05-23 - -
3.17 - 2022-11-22 2024-11-22 - -
3.18 - 2023-05-09 2025-05-09 - -
3.19 - 2023-12-07 2025-11-01 - -
3.20 - 2024-05-22 2026-04-01 - -
3.21 - 2024-12-05 2026-11-01 - -
3.22 - 2025-05-30 2027-05-01 - -
3.23 - 2025-12-04 2027-11-01 - -
3.24 - 2026-06-09 2028-06-01 - -
`;

/**
 * archiveGone: mirrorlist.centos.org stops answering for a release, everything is on vault.centos.org. 5 and 6
 * pypa/manylinux#838 (5 at the latest then), 7 and stream8 ollama/ollama#5438 (the host itself is gone since
 * 2024-07-01), 8 rhcs-dashboard/ceph-dev#50.
 */
const CENTOS = `
5        - 2007-04-12 2017-03-31 - 2020-12-02
6        - 2011-07-10 2020-11-30 - 2020-12-02
7        - 2014-07-07 2024-06-30 - 2024-07-01
8        - 2019-09-24 2021-12-31 - 2022-01-31
stream8  - 2019-09-24 2024-05-31 - 2024-07-01
stream9  - 2021-09-15 2027-05-31 - -
stream10 - 2024-12-12 2030-05-31 - -
`;

/** The base of UBI: `ubi9` is 9. The end is that of the maintenance phase. */
const RHEL = `
5  - 2007-03-15 2017-03-31 - -
6  - 2010-11-10 2020-11-30 - -
7  - 2014-06-10 2024-06-30 - -
8  - 2019-05-07 2029-05-31 - -
9  - 2022-05-18 2032-05-31 - -
10 - 2025-05-20 2035-05-31 - -
`;

const ROCKY = `
8  - 2021-05-01 2029-05-31 - -
9  - 2022-07-14 2032-05-31 - -
10 - 2025-06-11 2035-05-31 - -
`;

const ALMA = `
8  - 2021-03-30 2029-05-31 - -
9  - 2022-05-26 2032-05-31 - -
10 - 2025-05-27 2035-05-31 - -
`;

/** Ended releases are found through the same mirror list, so the archive never goes. */
const FEDORA = `
20 - 2013-12-17 2015-06-23 - -
21 - 2014-12-09 2015-12-01 - -
22 - 2015-05-26 2016-07-19 - -
23 - 2015-11-03 2016-12-20 - -
24 - 2016-06-21 2017-08-08 - -
25 - 2016-11-22 2017-12-12 - -
26 - 2017-07-11 2018-05-29 - -
27 - 2017-11-14 2018-11-30 - -
28 - 2018-05-01 2019-05-28 - -
29 - 2018-10-30 2019-11-26 - -
30 - 2019-04-30 2020-05-26 - -
31 - 2019-10-29 2020-11-24 - -
32 - 2020-04-28 2021-05-25 - -
33 - 2020-10-27 2021-11-30 - -
34 - 2021-04-27 2022-06-07 - -
35 - 2021-11-02 2022-12-13 - -
36 - 2022-05-10 2023-05-16 - -
37 - 2022-11-15 2023-12-05 - -
38 - 2023-04-18 2024-05-21 - -
39 - 2023-11-07 2024-11-26 - -
40 - 2024-04-23 2025-05-13 - -
41 - 2024-10-29 2025-12-15 - -
42 - 2025-04-15 2026-05-27 - -
43 - 2025-10-28 2026-12-09 - -
44 - 2026-04-28 2027-06-02 - -
`;

/** 1 is the AMI line 2018.03 and before, whose last maintenance ended for all of them on one day. */
const AMAZON_LINUX = `
1    - 2010-12-01 2023-12-31 - -
2    - 2018-06-26 2026-06-30 - -
2023 - 2023-03-01 2029-06-30 - -
`;

const ORACLE_LINUX = `
6 - 2011-02-12 2021-03-31 - -
7 - 2014-07-23 2024-12-31 - -
8 - 2019-07-19 2029-07-31 - -
9 - 2022-07-06 2032-06-30 - -
`;

/** Leap only. */
const OPENSUSE_LEAP = `
15.0 - 2018-05-25 2019-12-03 - -
15.1 - 2019-05-22 2021-02-02 - -
15.2 - 2020-07-02 2022-01-04 - -
15.3 - 2021-06-02 2022-12-31 - -
15.4 - 2022-06-09 2023-12-07 - -
15.5 - 2023-06-07 2024-12-31 - -
15.6 - 2024-06-12 2026-04-30 - -
16.0 - 2025-10-01 2027-10-31 - -
42.1 - 2015-11-04 2017-05-17 - -
42.2 - 2016-11-16 2018-01-26 - -
42.3 - 2017-07-26 2019-07-01 - -
`;

const NODE = `
4  - 2015-09-09 2018-04-30 - -
5  - 2015-10-30 2016-06-30 - -
6  - 2016-04-26 2019-04-30 - -
7  - 2016-10-25 2017-06-30 - -
8  - 2017-05-30 2019-12-31 - -
9  - 2017-10-31 2018-06-30 - -
10 - 2018-04-24 2021-04-30 - -
11 - 2018-10-23 2019-06-30 - -
12 - 2019-04-23 2022-04-30 - -
13 - 2019-10-22 2020-06-01 - -
14 - 2020-04-21 2023-04-30 - -
15 - 2020-10-20 2021-06-01 - -
16 - 2021-04-20 2023-09-11 - -
17 - 2021-10-19 2022-06-01 - -
18 - 2022-04-19 2025-04-30 - -
19 - 2022-10-18 2023-06-01 - -
20 - 2023-04-18 2026-04-30 - -
21 - 2023-10-17 2024-06-01 - -
22 - 2024-04-24 2027-04-30 - -
23 - 2024-10-16 2025-06-01 - -
24 - 2025-05-06 2028-04-30 - -
25 - 2025-10-15 2026-06-01 - -
26 - 2026-05-05 2029-04-30 - -
`;

/** 1.10 (long-term) and 1.12 have no day of their end yet; of the others without long-term support the source has 1.11 alone. */
const JULIA = `
1.0  - 2018-08-08 2021-12-01 - -
1.6  - 2021-03-24 2024-10-08 - -
1.11 - 2024-10-07 2025-10-08 - -
`;

const POSTGRES = `
9.0 - 2010-09-20 2015-10-08 - -
9.1 - 2011-09-12 2016-10-27 - -
9.2 - 2012-09-10 2017-11-09 - -
9.3 - 2013-09-09 2018-11-08 - -
9.4 - 2014-12-18 2020-02-13 - -
9.5 - 2016-01-07 2021-02-11 - -
9.6 - 2016-09-29 2021-11-11 - -
10  - 2017-10-05 2022-11-10 - -
11  - 2018-10-18 2023-11-09 - -
12  - 2019-10-03 2024-11-21 - -
13  - 2020-09-24 2025-11-13 - -
14  - 2021-09-30 2026-11-12 - -
15  - 2022-10-13 2027-11-11 - -
16  - 2023-09-14 2028-11-09 - -
17  - 2024-09-26 2029-11-08 - -
18  - 2025-09-25 2030-11-14 - -
`;

const MYSQL = `
5.5 - 2010-12-03 2018-12-31 - -
5.6 - 2013-02-01 2021-02-28 - -
5.7 - 2015-10-09 2023-10-31 - -
8.0 - 2018-04-08 2026-04-30 - -
8.1 - 2023-06-21 2023-10-25 - -
8.2 - 2023-10-12 2023-12-14 - -
8.3 - 2023-12-14 2024-04-10 - -
8.4 - 2024-04-10 2032-04-30 - -
9.0 - 2024-06-07 2024-10-15 - -
9.1 - 2024-09-24 2025-01-21 - -
9.2 - 2024-12-15 2025-04-15 - -
9.3 - 2025-03-31 2025-07-22 - -
9.4 - 2025-07-09 2025-10-21 - -
9.5 - 2025-10-21 2026-01-20 - -
9.6 - 2026-01-20 2026-04-21 - -
9.7 - 2026-04-21 2034-04-21 - -
`;

const MONGO = `
3.0 - 2015-03-31 2018-02-28 - -
3.2 - 2015-12-31 2018-09-30 - -
3.4 - 2016-11-30 2020-01-31 - -
3.6 - 2017-11-30 2021-04-30 - -
4.0 - 2018-06-30 2022-04-30 - -
4.2 - 2019-08-31 2023-04-30 - -
4.4 - 2020-07-31 2024-02-29 - -
5.0 - 2021-07-31 2024-10-31 - -
5.1 - 2021-11-30 2022-01-19 - -
5.2 - 2022-01-31 2022-03-23 - -
5.3 - 2022-03-31 2022-07-19 - -
6.0 - 2022-07-31 2025-07-31 - -
6.1 - 2022-10-31 2023-02-09 - -
6.2 - 2023-02-28 2023-04-24 - -
6.3 - 2023-04-30 2023-08-31 - -
7.0 - 2023-08-31 2027-08-31 - -
7.1 - 2023-10-31 2024-01-23 - -
7.2 - 2024-01-31 2024-03-27 - -
7.3 - 2024-03-31 2024-10-02 - -
8.0 - 2024-10-31 2029-10-31 - -
8.1 - 2025-06-30 2025-09-30 - -
8.2 - 2025-09-30 2026-07-31 - -
8.3 - 2026-05-31 2029-10-31 - -
`;

/** 8.4 and newer have no day of their end yet. */
const REDIS = `
5.0 - 2018-10-17 2022-04-27 - -
6.0 - 2020-04-30 2022-05-31 - -
6.2 - 2021-02-22 2027-04-01 - -
7.0 - 2022-04-27 2024-07-29 - -
7.2 - 2023-08-15 2029-12-01 - -
7.4 - 2024-07-29 2029-12-01 - -
8.0 - 2025-05-02 2026-12-01 - -
8.2 - 2025-08-04 2030-09-01 - -
`;

const SPARK = `
2.0 - 2016-07-19 2016-12-15 - -
2.1 - 2016-12-15 2018-06-26 - -
2.2 - 2017-06-30 2019-01-30 - -
2.3 - 2018-02-22 2019-08-25 - -
2.4 - 2018-10-29 2021-05-09 - -
3.0 - 2020-06-06 2021-12-06 - -
3.1 - 2021-02-22 2022-08-22 - -
3.2 - 2021-10-06 2023-04-09 - -
3.3 - 2022-06-09 2023-12-09 - -
3.4 - 2023-04-07 2024-10-21 - -
3.5 - 2023-09-09 2027-11-30 - -
4.0 - 2025-05-19 2026-11-23 - -
4.1 - 2025-12-11 2027-06-11 - -
4.2 - 2026-07-14 2028-01-11 - -
`;

/** `2` is all of Airflow 2; 3.3 has no day of its end yet. */
const AIRFLOW = `
1.7  - 2016-03-28 2017-03-19 - -
1.8  - 2017-05-09 2018-01-03 - -
1.9  - 2018-01-02 2018-08-27 - -
1.10 - 2018-08-27 2021-06-17 - -
2    - 2020-12-17 2026-04-22 - -
3.0  - 2025-04-22 2025-09-25 - -
3.1  - 2025-09-25 2026-04-07 - -
3.2  - 2026-04-07 2026-07-06 - -
`;

const TABLES: Readonly<Record<Product, string>> = {
  python: PYTHON,
  node: NODE,
  julia: JULIA,
  postgres: POSTGRES,
  mysql: MYSQL,
  mongo: MONGO,
  redis: REDIS,
  spark: SPARK,
  airflow: AIRFLOW,
  debian: DEBIAN,
  ubuntu: UBUNTU,
  alpine: ALPINE,
  centos: CENTOS,
  rhel: RHEL,
  rocky: ROCKY,
  alma: ALMA,
  fedora: FEDORA,
  amazonlinux: AMAZON_LINUX,
  oraclelinux: ORACLE_LINUX,
  opensuse: OPENSUSE_LEAP,
};
