import { describe, expect, it } from 'vitest';
import {
  DEBIAN_STABLE,
  NEWEST_ALPINE,
  NEWEST_PYTHON,
  NEWEST_UBUNTU_LTS,
  type Release,
  release,
  releaseByCodename,
  SUGGESTED_PYTHON,
  standing,
} from '../src/facts/lifecycles.js';

const TODAY = '2026-11-20';

function known(product: string, cycle: string): Release {
  const found = release(product, cycle);
  if (found === undefined) throw new Error(`${product} ${cycle} is not in the tables`);
  return found;
}

function kindOf(product: string, cycle: string, today = TODAY): string {
  return standing(known(product, cycle), today).kind;
}

describe('release', () => {
  it('has every release the rules name', () => {
    const wanted: Record<string, string> = {
      python: '2.6 2.7 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16',
      debian: '6 7 8 9 10 11 12 13',
      ubuntu:
        '12.04 12.10 13.04 13.10 14.04 14.10 15.04 15.10 16.04 16.10 17.04 17.10 18.04 18.10 19.04 19.10 20.04 20.10 ' +
        '21.04 21.10 22.04 22.10 23.04 23.10 24.04 24.10 25.04 25.10 26.04 26.10',
      alpine: Array.from({ length: 25 }, (_, minor) => `3.${minor}`).join(' '),
      centos: '5 6 7 8 stream8 stream9 stream10',
      rhel: '7 8 9 10',
      rocky: '8 9 10',
      alma: '8 9 10',
      fedora: Array.from({ length: 25 }, (_, n) => String(20 + n)).join(' '),
      amazonlinux: '1 2 2023',
      oraclelinux: '7 8 9',
      opensuse: '15.6 16.0',
      node: '16 18 20 22 24 26',
      julia: '1.0 1.6 1.11',
      postgres: '9.6 10 11 12 13 14 15 16 17 18',
      mysql: '5.7 8.0 8.4 9.7',
      mongo: '4.4 5.0 6.0 7.0 8.0',
      redis: '6.0 6.2 7.0 7.2 7.4 8.0 8.2',
      spark: '3.4 3.5 4.0 4.1 4.2',
      airflow: '2 3.0 3.1 3.2',
    };
    for (const [product, cycles] of Object.entries(wanted)) for (const cycle of cycles.split(' ')) known(product, cycle);
  });

  it('has whole dates in a sensible order', () => {
    const day = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
    for (const codename of ['wheezy', 'bookworm', 'trixie', 'trusty', 'artful', 'stonking']) {
      const found = releaseByCodename(codename);
      expect(found?.codename).toBe(codename);
      for (const date of [found?.released, found?.endOfLife]) expect(date).toMatch(day);
    }
    for (const [product, cycle] of [
      ['python', '3.9'],
      ['alpine', '3.19'],
      ['fedora', '41'],
      ['node', '20'],
    ] as const) {
      const found = known(product, cycle);
      expect(found.released).toMatch(day);
      expect(found.endOfLife > found.released).toBe(true);
    }
  });

  it('does not know what does not exist', () => {
    expect(release('python', '3.99')).toBeUndefined();
    expect(release('windows', '2019')).toBeUndefined();
    expect(releaseByCodename('sid')).toBeUndefined();
    expect(releaseByCodename('slim')).toBeUndefined();
  });

  it('finds codenames in any case', () => {
    expect(releaseByCodename('Jammy')).toBe(known('ubuntu', '22.04'));
  });
});

describe('standing', () => {
  it('judges Python on the day of the catalogue', () => {
    expect(standing(known('python', '2.7'), TODAY)).toEqual({ kind: 'ended', on: '2020-01-01', longAgo: true });
    expect(standing(known('python', '3.9'), TODAY)).toEqual({ kind: 'ended', on: '2025-10-31', longAgo: true });
    expect(standing(known('python', '3.10'), TODAY)).toEqual({ kind: 'ended', on: '2026-10-31', longAgo: false });
    expect(standing(known('python', '3.11'), TODAY)).toEqual({ kind: 'supported', until: '2027-10-31' });
    expect(standing(known('python', '3.16'), TODAY)).toEqual({ kind: 'unreleased', on: '2027-10-06' });
  });

  it('tells Debian under long-term support from Debian without any', () => {
    expect(standing(known('debian', '13'), TODAY).kind).toBe('supported');
    expect(standing(known('debian', '12'), TODAY)).toEqual({ kind: 'lts', since: '2026-07-11', until: '2028-06-30' });
    expect(standing(known('debian', '12'), '2026-07-11')).toEqual({ kind: 'supported', until: '2028-06-30' });
    expect(standing(known('debian', '12'), '2028-02-01')).toEqual({ kind: 'ending', on: '2028-06-30' });
    expect(standing(known('debian', '11'), '2026-09-01')).toEqual({ kind: 'ended', on: '2026-08-31', longAgo: false });
    expect(standing(known('debian', '11'), TODAY)).toEqual({ kind: 'ended', on: '2026-08-31', longAgo: false });
    expect(standing(known('debian', '10'), TODAY)).toMatchObject({ kind: 'ended', archiveGone: '2025-07-13' });
    expect(standing(known('debian', '10'), '2025-07-01')).not.toHaveProperty('archiveGone');
  });

  it('keeps the archive of ended Ubuntu LTS and loses that of interim releases', () => {
    expect(standing(known('ubuntu', '18.04'), TODAY)).toEqual({ kind: 'ended', on: '2023-05-31', longAgo: true });
    expect(standing(known('ubuntu', '17.10'), TODAY)).toHaveProperty('archiveGone');
    expect(standing(known('ubuntu', '24.10'), TODAY)).toHaveProperty('archiveGone', '2025-09-12');
    expect(standing(known('ubuntu', '22.04'), TODAY)).toEqual({ kind: 'supported', until: '2027-06-01' });
    expect(kindOf('ubuntu', '26.10')).toBe('supported');
  });

  it('judges the others', () => {
    expect(standing(known('centos', '7'), TODAY)).toHaveProperty('archiveGone', '2024-07-01');
    expect(standing(known('alpine', '3.19'), TODAY)).toEqual({ kind: 'ended', on: '2025-11-01', longAgo: true });
    expect(kindOf('alpine', '3.22')).toBe('ending');
    expect(kindOf('alpine', '3.24')).toBe('supported');
    expect(kindOf('amazonlinux', '2')).toBe('ended');
    expect(kindOf('centos', 'stream9')).toBe('supported');
    expect(kindOf('node', '20')).toBe('ended');
  });

  it('counts the last day as supported, and months by the calendar', () => {
    const python = known('python', '3.10');
    expect(standing(python, '2026-10-31').kind).toBe('ending');
    expect(standing(python, '2026-11-01').kind).toBe('ended');
    expect(standing(python, '2026-04-29').kind).toBe('supported'); // six months on is the 29th
    expect(standing(python, '2026-05-01').kind).toBe('ending');
    expect(standing(python, '2027-10-31')).toMatchObject({ longAgo: false });
    expect(standing(python, '2027-11-01')).toMatchObject({ longAgo: true });
    const august: Release = { ...python, endOfLife: '2028-02-29' };
    expect(standing(august, '2027-08-31').kind).toBe('ending'); // clamped to 29 February
  });
});

describe('the proposals', () => {
  it('are supported themselves', () => {
    expect(kindOf('python', SUGGESTED_PYTHON)).toBe('supported');
    expect(kindOf('python', NEWEST_PYTHON)).toBe('supported');
    expect(kindOf('alpine', NEWEST_ALPINE)).toBe('supported');
    expect(kindOf('ubuntu', NEWEST_UBUNTU_LTS)).toBe('supported');
    expect(releaseByCodename(DEBIAN_STABLE)?.cycle).toBe('13');
  });
});
