/** The formats a report can be written in. Each is loaded when it is first asked for, but for text, which most runs want. */
import { rules } from '../../rules/index.js';
import { findRule } from '../config/resolve.js';
import type { Report } from '../engine/report.js';
import { environmentVariable, explanationOf } from '../facts/environment-variables.js';
import type { ListingOptions } from '../reporters/listed.js';
import type { Places } from '../reporters/paths.js';
import { type TextOptions, text } from '../reporters/text.js';
import type { Environment } from '../streams.js';
import { VERSION } from '../version.js';

/** What a report is written with, whatever its format. */
export interface Setting {
  readonly places: Places;
  readonly listing: ListingOptions;
  readonly env: Environment;
  /** Whether all but errors has been left out. */
  readonly quiet: boolean;
  /** How text is laid out where the report goes. */
  readonly layout: () => Promise<Omit<TextOptions, keyof ListingOptions>>;
}

type Write = (part: string) => void;

/** One format. */
export interface Format {
  readonly write: (report: Report, write: Write, setting: Setting) => Promise<void>;
  /** Whether it can tell findings that do not count from those that do. */
  readonly showsSuppressed?: boolean;
}

const TABLE = {
  text: {
    write: async (report, write, { listing, layout }) => text(report, write, { ...listing, ...(await layout()) }),
    showsSuppressed: true,
  },
  json: {
    write: async (report, write, { listing }) => (await import('../reporters/json.js')).json(report, write, listing),
    showsSuppressed: true,
  },
  jsonl: {
    write: async (report, write, { listing }) => (await import('../reporters/jsonl.js')).jsonl(report, write, listing),
    showsSuppressed: true,
  },
  unix: { write: async (report, write) => (await import('../reporters/unix.js')).unix(report, write) },
  github: { write: async (report, write, { places }) => (await import('../reporters/github.js')).github(report, write, places) },
  sarif: { write: writeSarif, showsSuppressed: true },
  gitlab: { write: async (report, write, { places }) => (await import('../reporters/gitlab.js')).gitlab(report, write, places) },
  codeclimate: {
    write: async (report, write, { places }) => (await import('../reporters/codeclimate.js')).codeclimate(report, write, places),
  },
  checkstyle: { write: async (report, write) => (await import('../reporters/checkstyle.js')).checkstyle(report, write) },
  junit: { write: async (report, write, { places }) => (await import('../reporters/junit.js')).junit(report, write, places) },
  rdjson: { write: async (report, write) => (await import('../reporters/rdjson.js')).rdjson(report, write) },
  rdjsonl: { write: async (report, write) => (await import('../reporters/rdjson.js')).rdjsonl(report, write) },
  sonarqube: { write: writeSonarqube },
  markdown: { write: writeMarkdown, showsSuppressed: true },
  html: { write: writeHtml, showsSuppressed: true },
} as const satisfies Readonly<Record<string, Format>>;

/** What `--format` takes. */
export type FormatName = keyof typeof TABLE;

/** By name, in the order in which people are told of them. */
export const FORMATS: Readonly<Record<FormatName, Format>> = TABLE;

/** The names of {@link FORMATS}. */
export const FORMAT_NAMES = Object.keys(TABLE) as readonly FormatName[];

async function writeSarif(report: Report, write: Write, { places, listing }: Setting): Promise<void> {
  const [{ sarif }, { documentation }, { rulePageBody }] = await Promise.all([
    import('../reporters/sarif.js'),
    import('../../rules/documentation.js'),
    import('../rule-page.js'),
  ]);
  const pages = (id: string): { text: string; markdown: string; why: string } => {
    const rule = findRule(rules, id);
    const docs = documentation[id];
    if (docs === undefined) return { text: rule.summary, markdown: rule.summary, why: rule.summary };
    return { text: `${docs.why}\n\n${docs.remedy}`, markdown: rulePageBody(rule, docs), why: docs.why };
  };
  sarif(report, write, { ...places, ...listing, version: VERSION, pages });
}

async function writeSonarqube(report: Report, write: Write, { places }: Setting): Promise<void> {
  const [{ sonarqube }, { documentation }] = await Promise.all([
    import('../reporters/sonarqube.js'),
    import('../../rules/documentation.js'),
  ]);
  sonarqube(report, write, { ...places, why: (id) => documentation[id]?.why ?? '' });
}

async function writeMarkdown(report: Report, write: Write, { places, listing, env, quiet }: Setting): Promise<void> {
  const { markdown, webAddress } = await import('../reporters/markdown.js');
  markdown(report, write, { ...places, ...listing, web: webAddress(env), quiet });
}

async function writeHtml(report: Report, write: Write, { listing }: Setting): Promise<void> {
  const [{ html }, { documentation }] = await Promise.all([import('../reporters/html.js'), import('../../rules/documentation.js')]);
  const explain = (name: string): string | undefined => {
    const variable = environmentVariable(name);
    return variable && explanationOf(variable);
  };
  html(report, write, { ...listing, version: VERSION, why: (id) => documentation[id]?.why ?? '', explain });
}
