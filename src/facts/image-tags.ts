/**
 * Which tags of images move: what makes a tag stand for another image tomorrow, and what to write instead.
 *
 * Sources: docs.docker.com/build/building/best-practices (pin base image versions; read 2026-11); docker-library/official-images
 * (2026-08-21) for the names of Docker's own images; the versions are those of `facts/lifecycles.ts`, rocker-versioned2
 * (2026-06-30) and docs.astral.sh/uv (2026-08-21).
 */
import type { Dockerfile, ImageReference, Span, Stage } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { placeInImage } from '../model/written-place.js';
import { imageFacts } from './images.js';
import { DEBIAN_STABLE, NEWEST_ALPINE, NEWEST_UBUNTU_LTS, releaseByCodename, SUGGESTED_PYTHON } from './lifecycles.js';
import { CURRENT } from './tool-versions.js';
import { words } from './words.js';

/** `untagged`: no tag, so `latest`. `moving`: a tag such as `latest` or `nightly`. `variant`: `slim`, `alpine`: a version is
 *  missing. `local`: no such image on Docker Hub, so it must be one of this machine or a named build context. */
export type Movement = 'untagged' | 'moving' | 'variant' | 'local';

/**
 * Why a reference stands for another image tomorrow; undefined when it does not, or when that is not certain. Repositories
 * that hold the release in their name (`ubi9/ubi`, `distroless/python3-debian12`) count as named, and so do images that
 * get no builds any more: their `latest` does not move.
 */
export function movementOf(reference: ImageReference): Movement | undefined {
  const { tag, digest } = reference;
  if (digest !== undefined) return undefined;
  if (tag !== undefined && !isMoving(tag)) return isVariantOnly(reference) ? 'variant' : undefined;
  if (isLocalName(reference)) return 'local';
  const facts = imageFacts(reference);
  if (facts?.frozen === true || facts?.retired?.state === 'frozen' || facts?.retired?.state === 'gone') return undefined;
  const cycle = facts?.distribution?.cycle;
  if (cycle !== undefined && new RegExp(`[a-z/-]${cycle}(?=$|[-/])`).test(reference.repository)) return undefined;
  return tag === undefined ? 'untagged' : 'moving';
}

/** Words that say "whatever is newest"; `latest` does so beside any other word, the others where no version stands by. */
const MOVING_WORDS = words(
  'stable edge nightly main master rolling current unstable testing head dev develop canary experimental sid snapshot rawhide staging',
);

/** Words of a tag that name no version of the image itself: what it is built with or for. */
const SIDE_WORD =
  /^(?:py(?:thon)?\d[\d.]*|cu(?:da)?\d[\d.]*|cudnn\d*|(?:ubuntu|debian|alpine|ubi|centos)[\d.]*|java\d+|amd64|arm64|x86|64)$/;

function isMoving(tag: string): boolean {
  const words = tag.toLowerCase().split(/[-_]/);
  // `17-latest` moves as `17` does.
  if (words.includes('latest')) return !/^v?\d+(?:\.\d+)*-latest$/.test(tag);
  // NOTE: `devel` in `12.4.1-devel-ubuntu22.04` is CUDA's compiler, alone it is Ubuntu's next release.
  if (tag === 'devel') return true;
  if (!words.some((word) => MOVING_WORDS.has(word))) return false;
  return !words.some((word) => /\d/.test(word) && !SIDE_WORD.test(word));
}

/** Images whose tags begin with the version of the thing itself, so that a tag without one is the newest. */
const VERSIONED = words('python node golang rust ruby julia r-base openjdk php perl nginx postgres redis eclipse-temurin');

/** Words of a tag that say what the image is built on; suites without builds are left out, tags on them do not move. */
const VARIANT_WORDS = words(`slim alpine alpine${NEWEST_ALPINE} ${DEBIAN_STABLE} bookworm lts mainline perl otel jdk jre`);

/** `python:slim`, `python:slim-bookworm`, `node:lts-alpine`: Debian or Alpine is named, the language is not. */
function isVariantOnly(reference: ImageReference): boolean {
  const { registry, repository, tag } = reference;
  if (registry !== 'docker.io' || !VERSIONED.has(repository) || tag === undefined || imageFacts(reference)?.frozen === true) return false;
  return tag
    .toLowerCase()
    .split(/[-_]/)
    .every((word) => VARIANT_WORDS.has(word));
}

/** A reference as written, up to its digest. */
export function withoutDigest({ text }: ImageReference): string {
  return text.replace(/@.*$/, '');
}

/** What to write instead; the name with a hole where no version is known here. */
export function pinnedExample(reference: ImageReference): string {
  const { registry, repository, tag } = reference;
  const name = withoutDigest(reference).replace(/:[^/:]*$/, '');
  const version = registry === 'docker.io' || registry === 'ghcr.io' ? suggestedTag(repository, tag ?? '') : undefined;
  // The docker-stacks are tagged with the day of their build.
  if (registry === 'quay.io' && repository.startsWith('jupyter/')) return `${name}:<YYYY-MM-DD>`;
  // What the tag says beside the version stays: `golang:bookworm` becomes `golang:<version>-bookworm`.
  const variant = tag !== undefined && isVariantOnly(reference) ? `-${tag.replace(/^(?:lts|mainline)-?/, '')}`.replace(/-$/, '') : '';
  return `${name}:${version ?? `<version>${variant}`}`;
}

function suggestedTag(repository: string, tag: string): string | undefined {
  const words = tag.toLowerCase().split(/[-_]/);
  const alpine = words.some((word) => word.startsWith('alpine'));
  const suite = alpine ? `alpine${NEWEST_ALPINE}` : (words.find((word) => releaseByCodename(word)?.product === 'debian') ?? DEBIAN_STABLE);
  switch (repository) {
    case 'python':
      return alpine ? `${SUGGESTED_PYTHON}-${suite}` : `${SUGGESTED_PYTHON}-slim-${suite}`;
    case 'node':
      return alpine ? `24-${suite}` : `24-${suite}-slim`;
    case 'debian':
      return words.includes('slim') ? `${DEBIAN_STABLE}-slim` : DEBIAN_STABLE;
    case 'ubuntu':
      return NEWEST_UBUNTU_LTS;
    case 'alpine':
      return NEWEST_ALPINE;
    case 'julia':
      return `1.12-${DEBIAN_STABLE}`;
    case 'amazonlinux':
      return '2023';
    case 'r-base':
    case 'rocker/r-ver':
    case 'rocker/rstudio':
    case 'rocker/tidyverse':
    case 'rocker/verse':
    case 'rocker/geospatial':
    case 'rocker/shiny':
      return '4.6.1';
    case 'astral-sh/uv':
      return words.some((word) => word.startsWith('py')) ? undefined : CURRENT.uv;
    default:
      return undefined;
  }
}

/** A name of one part that is none of Docker's own images can only be local; so is a registry on this machine. */
function isLocalName({ registry, repository, text }: ImageReference): boolean {
  if (/^(?:localhost|127\.0\.0\.1)(?::|$)/.test(registry)) return true;
  return registry === 'docker.io' && !repository.includes('/') && !text.includes('/') && !OFFICIAL.has(repository);
}

/** Docker's own images, those without builds for years included. */
const OFFICIAL = words(
  'adminer adoptopenjdk aerospike azul-zulu espocrm nim almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita ' +
    'buildpack-deps busybox caddy cassandra celery centos chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo ' +
    'couchbase couchdb crate crux dart debian django docker docker-dev drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir ' +
    'emqx erlang euleros express-gateway fedora flink fluentd friendica fsharp gazebo gcc geonetwork ghost glassfish golang gradle groovy haproxy ' +
    'haskell haxe hello-seattle hello-world hipache hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins ' +
    'jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo ' +
    'maven mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo ' +
    'open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin ' +
    'postgres powershell pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux ros ruby ' +
    'rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf ' +
    'thrift tomcat tomee traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit varnish vault websphere-liberty wordpress xwiki yourls ' +
    'zipkin znc zookeeper',
);

/** The official Python image to move to, of the same kind: slim stays slim, Alpine stays Alpine, a suite that is still built stays. */
export function suggestedPythonImage(text: string, minor: string = SUGGESTED_PYTHON): string {
  const suite = /bookworm/.test(text) ? 'bookworm' : DEBIAN_STABLE;
  const variant = /alpine/.test(text) ? `alpine${NEWEST_ALPINE}` : /slim/.test(text) ? `slim-${suite}` : suite;
  return `python:${minor}-${variant}`;
}

/** The same for a tag alone; undefined where it says more than a version, slim and a suite. */
export function suggestedPythonTag(tag: string): string | undefined {
  const isPlain = /^3\.\d+(?:\.\d+)?(?:-slim)?(?:-(?:[a-z]+|alpine[\d.]*))?$/.test(tag) && !/-(?:rc|onbuild|windows|nanoserver)/.test(tag);
  return isPlain ? suggestedPythonImage(tag).replace('python:', '') : undefined;
}

/** Where a stage names its image, and the ARG that holds it or a part of it. */
export interface ImagePlace {
  readonly at: Span;
  readonly related: readonly { readonly at: Span; readonly note: string }[];
  /** Whether one ARG gives this image to an earlier stage too: one default, one thing to change. */
  readonly isRepeated: boolean;
}

/** The place of the image that a stage without parent stands on. */
export function placeOfImage(dockerfile: Dockerfile, stage: Stage, { text, tag, repository }: ImageReference): ImagePlace {
  const { image, keywordSpan } = stage.from;
  const version = tag?.split('-')[0] ?? text;
  const places = [text, tag ?? text, version, baseName(repository)].map((part) => placeInImage(dockerfile, stage, part));
  const by = places.find((place) => place.by !== undefined)?.by;
  return {
    at: image?.span ?? keywordSpan,
    related: by === undefined ? [] : [{ at: by.span, note: 'the default is given here' }],
    isRepeated: by !== undefined && dockerfile.stages.some((each) => each.index < stage.index && spelled(each) === spelled(stage)),
  };
}

/** The image as FROM has it, `${BASE}` and `$BASE` alike. */
function spelled({ from }: Stage): string | undefined {
  return from.image?.text.replace(/\$\{(\w+)\}/g, '$$$1');
}

/**
 * The tag of an official image with the codename of Debian in its place: `3.12-slim-trixie`, `22-bookworm-slim`; undefined for
 * images of which no such tags are known here, and for a tag that says more than a version and `slim`.
 */
export function tagWithSuite(reference: ImageReference, codename: string): string | undefined {
  const name = imageFacts(reference)?.name ?? '';
  const tag = reference.tag ?? '';
  if (name === 'ghcr.io/astral-sh/uv') return /^(?:.*-)?debian(?:-slim)?$/.test(tag) ? tag.replace('debian', codename) : undefined;
  const [, version, slim = ''] = /^(\d+(?:\.\d+)*)(-slim)?$/.exec(tag) ?? [];
  if (version === undefined) return undefined;
  if (name === 'python') return `${version}${slim}-${codename}`;
  if (name === 'node') return `${version}-${codename}${slim}`;
  return (name === 'julia' || name === 'postgres') && slim === '' ? `${version}-${codename}` : undefined;
}
