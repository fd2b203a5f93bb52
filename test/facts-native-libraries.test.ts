import { describe, expect, it } from 'vitest';
import { THINGS } from '../src/facts/debian-dependencies.js';
import { lint } from './lint.js';

/** What a rule advises to install with apt on a slim image for some words of `pip install`; empty where it is silent. */
function advised(rule: string, image: string, wanted: string): readonly string[] {
  const { findings } = lint(`FROM ${image}\nRUN pip install --no-cache-dir ${wanted}\n`, { select: [rule] });
  return findings.flatMap(({ help = '' }) => /--no-install-recommends ([^)]*)\)/.exec(help)?.[1]?.split(' ') ?? []).sort();
}

describe('libraries that packages load where they run', () => {
  // Words of pip, then the packages on Debian 12 and, where they differ, on Debian 13; `-` for none.
  const needs: readonly (readonly [wanted: string, bookworm: string, trixie?: string])[] = [
    ['opencv-python', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['opencv-contrib-python==4.13.0.92', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['opencv-python-headless', '-'],
    ['opencv-python-headless==4.13.0.90', 'libxcb1'],
    ['opencv-contrib-python-headless==4.13.0.92', '-'],
    ['ultralytics==8.4.190', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['ultralytics opencv-python-headless', '-'],
    ['imgaug', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['insightface', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['deepface', '-'],
    ['mediapipe==1.2.2', 'libegl1 libgl1 libgles2 libglib2.0-0', 'libegl1 libgl1 libgles2 libglib2.0-0t64'],
    ['mediapipe opencv-contrib-python-headless', 'libegl1 libgles2'],
    ['mediapipe==0.10.21', 'libgl1 libglib2.0-0', 'libgl1 libglib2.0-0t64'],
    ['mediapipe==0.10.31', '-'],
    ['vtk==9.3.1', 'libgl1 libxrender1'],
    ['vtk==9.5.2', 'libxrender1'],
    ['vtk==9.7.2', '-'],
    ['vtk', '-'],
    ['pyvista', '-'],
    ['open3d==0.18.0', 'libgl1 libgomp1'],
    ['open3d', 'libegl1 libgl1 libusb-1.0-0'],
    ['open3d-cpu==0.20.0', 'libegl1 libgl1 libusb-1.0-0'],
    ['lightgbm', 'libgomp1'],
    ['xgboost scikit-learn', '-'],
    ['torch', '-'],
    ['torchcodec', 'ffmpeg'],
    ['psycopg', 'libpq5'],
    ['psycopg[binary]', '-'],
    ['psycopg psycopg-c', '-'],
    ['psycopg2-binary', '-'],
    ['pyodbc==5.3.0', 'unixodbc'],
    ['pymssql', '-'],
    ['mpi4py', 'openmpi-bin'],
    ['mpi4py mpich', '-'],
    ['rasterio', 'libexpat1'],
    ['fiona', 'libexpat1'],
    ['pyogrio pyproj shapely tables netCDF4 h5py lxml', '-'],
    ['cairosvg', 'libcairo2'],
    ['cairocffi', 'libcairo2'],
    ['weasyprint', 'libpango-1.0-0 libpangoft2-1.0-0'],
    ['sounddevice', 'libportaudio2'],
    ['soundfile', '-'],
    ['python-magic', 'libmagic1', 'libmagic1t64'],
    ['python-magic pylibmagic', '-'],
    ['pyzbar', 'libzbar0', 'libzbar0t64'],
    ['pylibdmtx', 'libdmtx0b', 'libdmtx0t64'],
    ['wand', 'libmagickwand-6.q16-6', 'libmagickwand-7.q16-10'],
    ['pyenchant', 'libenchant-2-2'],
    ['pyvips', 'libvips42', 'libvips42t64'],
    ['pyvips[binary]', '-'],
  ];
  it.each(needs.map(([wanted, bookworm, trixie]) => [wanted, bookworm, trixie ?? bookworm] as const))('%s', (wanted, bookworm, trixie) => {
    const rule = 'pip-missing-runtime-library';
    expect(advised(rule, 'python:3.12-slim-bookworm', wanted).join(' ') || '-').toBe(bookworm);
    expect(advised(rule, 'python:3.12-slim-trixie', wanted).join(' ') || '-').toBe(trixie);
  });

  it('are there once the package that brings them is', () => {
    const system = 'RUN apt-get update && apt-get install -y --no-install-recommends';
    for (const [apt, pip] of [
      ['openmpi-bin', 'mpi4py'],
      ['libopenmpi-dev', 'mpi4py'],
      ['libmpich12', 'mpi4py'],
      ['libgl1 libegl1 libusb-1.0-0', 'open3d'],
      ['libgl1 libxrender1', 'vtk==9.3.1'],
      ['ffmpeg', 'opencv-python torchcodec'],
      ['gcc', 'lightgbm'],
      ['libvips-dev libgl1', 'pyvips'],
    ]) {
      const text = `FROM python:3.12-slim-trixie\n${system} ${apt}\nRUN pip install ${pip}\n`;
      expect(lint(text, { select: ['pip-missing-runtime-library'] }).findings.map(({ message }) => message)).toEqual([]);
    }
  });

  it.each([
    ['mpi4py==4.1.2', 'curl', 'its first use fails with `libmpi.so.40'],
    ['mediapipe', 'curl', 'the import fails with `libGL.so.1'],
    ['mediapipe', 'libgl1 libglib2.0-0', 'its first use fails with `libEGL.so.1'],
    ['opencv-python', 'curl', 'the import fails with `libGL.so.1'],
    ['opencv-python', 'libgl1', 'the import fails with `libgthread-2.0.so.0'],
    ['vtk==9.3.1', 'curl', 'the import fails with `libX11.so.6'],
    ['vtk==9.3.1', 'libgl1', 'the import fails with `libXrender.so.1'],
    ['open3d==0.19.0', 'libgl1', 'the import fails with `libgomp.so.1'],
    ['open3d', 'libgl1 libegl1', 'the import fails with `libusb-1.0.so.0'],
  ])('end the import of %s, or its use, beside %s alone', (pip, apt, expected) => {
    const text = `FROM python:3.12-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends ${apt}\nRUN pip install ${pip}\n`;
    const [finding] = lint(text, { select: ['pip-missing-runtime-library'] }).findings;
    expect(finding?.message).toContain(expected);
  });
});

describe('what packages without a wheel are compiled with', () => {
  it.each([
    ['psycopg2', 'gcc libc6-dev libpq-dev'],
    ['psycopg2==2.7.7', '-'],
    ['mysqlclient==2.3.1', 'default-libmysqlclient-dev gcc libc6-dev pkg-config'],
    ['mysqlclient==2.1.1', 'default-libmysqlclient-dev gcc libc6-dev'],
    ['python-ldap', 'gcc libc6-dev libldap-dev libsasl2-dev'],
    ['pycairo', 'gcc libc6-dev libcairo2-dev pkg-config'],
    ['pyaudio', 'gcc libc6-dev portaudio19-dev'],
    ['gdal==3.10.3', 'g++ libgdal-dev'],
    ['pyicu', 'g++ libicu-dev pkg-config'],
    ['dlib', 'g++ make'],
    ['face-recognition', 'g++ make'],
    ['face_recognition --no-deps', '-'],
    ['fasttext', 'g++'],
    ['annoy', 'g++'],
    ['hnswlib', 'g++'],
    ['llama-cpp-python', 'g++'],
    ['lightfm', 'gcc libc6-dev'],
    ['uwsgi', 'gcc libc6-dev'],
    ['gssapi', 'gcc libc6-dev libkrb5-dev'],
    ['krb5', 'gcc libc6-dev libkrb5-dev'],
    ['pygraphviz==1.14', 'gcc libc6-dev libgraphviz-dev'],
    ['pygraphviz', '-'],
    ['scikit-surprise==1.1.4', 'gcc libc6-dev'],
    ['scikit-surprise', '-'],
    ['xmlsec==1.3.13', 'gcc libc6-dev libxmlsec1-dev pkg-config'],
    ['xmlsec', '-'],
    ['mpi4py==4.0.3', 'gcc libc6-dev libopenmpi-dev'],
    ['mpi4py', '-'],
    ['cartopy==0.20.3', 'g++ libgeos-dev libproj-dev'],
    ['cartopy==0.21.1', 'g++ libgeos-dev'],
    ['cartopy', '-'],
    // Source alone, and nothing in it to compile.
    ['deepspeed openai-whisper pyspark', '-'],
  ])('%s', (wanted, expected) => {
    expect(advised('build-toolchain-missing', 'python:3.12-slim-trixie', wanted).join(' ') || '-').toBe(expected);
  });

  it('is said once of a package that another one brings', () => {
    const { findings } = lint('FROM python:3.12-slim\nRUN pip install face-recognition dlib==20.0.1\n', {
      select: ['build-toolchain-missing'],
    });
    expect(findings.map(({ message }) => message.slice(0, 60))).toEqual(['`face-recognition` brings `dlib`, which has no wheel for Lin']);
  });

  it.each([
    ['hnswlib==0.8.0', 'libgomp1'],
    ['lightfm==1.17', 'libgomp1'],
    ['pygraphviz==1.14', 'libgvc6'],
    ['xmlsec==1.3.13', 'libxmlsec1t64-openssl'],
    ['cartopy==0.20.3', 'libgeos-c1t64 libproj25'],
    ['python-ldap', 'libldap2'],
    ['mysqlclient', 'libmariadb3'],
  ])('leaves %s in need of libraries where it is copied to', (wanted, expected) => {
    const text = `FROM python:3.12 AS build\nRUN python -m venv /venv && /venv/bin/pip install ${wanted}\nFROM python:3.12-slim-trixie\nCOPY --from=build /venv /venv\n`;
    const { findings } = lint(text, { select: ['pip-missing-runtime-library'] });
    expect(findings.map(({ help = '' }) => /recommends ([^)]*)\)/.exec(help)?.[1])).toEqual([expected]);
  });
});

describe('the table of Debian', () => {
  it('has a letter of its own for every thing, and a package in every release', () => {
    const rows = THINGS.trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(new Set(rows.map(([letter]) => letter)).size).toBe(rows.length);
    expect(rows.filter((row) => row.length !== 5 || row.includes('-')).map(([, id]) => id)).toEqual([]);
  });
});
