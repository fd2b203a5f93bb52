/**
 * What a secret looks like: the shapes of well-known tokens, the names under which secrets travel, the values that are
 * none, and credentials inside URLs. Knows text only; where in a Dockerfile a secret does harm is for the rules to say.
 */
import { words } from './words.js';

/** How the tokens of one service are recognised. */
export interface SecretShape {
  /** The service and what it is, as a message names it: `GitHub token`. */
  readonly kind: string;
  /** Strings one of which begins every match: what is searched for first, because that is cheap. */
  readonly prefixes: readonly string[];
  /** Sticky, applied where a prefix stands. Group 1 is the secret where that is not the whole match; it ends the match. */
  readonly pattern: RegExp;
  /** What must stand within 300 characters in front of the match or 100 behind it, for shapes that alone prove nothing. */
  readonly nameNear?: RegExp;
  /** Bits a character below which the text behind the prefix is no secret; 3 where absent. */
  readonly minEntropy?: number;
}

/** A secret in a text. */
export interface FoundSecret {
  /** Offset of its first character, UTF-16. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
  /** As in {@link SecretShape}. */
  readonly kind: string;
}

/**
 * Table H of rules.md. Sources of the shapes, read on 2026-11-20: gitleaks' configuration (of 2026-07-22) for all but those
 * named below; secretlint (2026-08-21) and kingfisher (2025-06-20) for Groq and Docker, kingfisher for Replicate, xAI, W&B
 * and Azure's keys, microsoft/security-utilities (2026) for its signatures; several scanners that agree for NVIDIA and LangSmith; docs.wandb.ai for the long W&B key (86 characters),
 * public code for its prefix and for Kaggle's. Whatever may repeat has an upper bound: no match is tried for ever.
 */
export const SECRET_SHAPES: readonly SecretShape[] = [
  { kind: 'Hugging Face token', prefixes: ['hf_'], pattern: /hf_[A-Za-z0-9]{34,40}(?![A-Za-z0-9])/y },
  { kind: 'Hugging Face organisation token', prefixes: ['api_org_'], pattern: /api_org_[A-Za-z]{34}(?![A-Za-z0-9])/y },
  {
    kind: 'AWS access key id',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
    pattern: /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/y,
  },
  {
    kind: 'AWS secret access key',
    prefixes: ['SECRET_ACCESS_KEY', 'secret_access_key', 'SecretAccessKey', 'AWS_SECRET_KEY', 'aws_secret_key'],
    pattern: /\w{14,17}\\?["']?\s{0,4}[=:\s]\s{0,4}\\?["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/y,
    minEntropy: 3.5,
  },
  {
    kind: 'GitHub token',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9_])/y,
  },
  { kind: 'GitHub fine-grained token', prefixes: ['github_pat_'], pattern: /github_pat_\w{82}(?!\w)/y },
  {
    kind: 'GitLab token',
    prefixes: ['glpat-'],
    pattern: /glpat-(?:[\w-]{27,300}\.[0-9a-z]{9}|[\w-]{20})(?![\w-])/y,
  },
  { kind: 'GitLab deploy token', prefixes: ['gldt-'], pattern: /gldt-[\w-]{20}(?![\w-])/y },
  { kind: 'PyPI upload token', prefixes: ['pypi-AgEI'], pattern: /pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}/y },
  { kind: 'Databricks token', prefixes: ['dapi'], pattern: /dapi[a-f0-9]{32}(?:-\d)?(?![\w-])/y },
  { kind: 'Slack token', prefixes: ['xox'], pattern: /xox[abeoprs]-\d{1,13}-[A-Za-z0-9-]{8,250}/y },
  { kind: 'Google API key', prefixes: ['AIza'], pattern: /AIza[\w-]{35}(?![\w-])/y },
  {
    kind: 'JSON web token',
    prefixes: ['eyJ'],
    pattern: /eyJ[A-Za-z0-9_-]{15,4000}\.eyJ[A-Za-z0-9_-]{15,4000}\.[A-Za-z0-9_-]{10,4000}/y,
  },
  { kind: 'npm token', prefixes: ['npm_'], pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y },
  { kind: 'SendGrid key', prefixes: ['SG.'], pattern: /SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/y },
  { kind: 'Grafana service account token', prefixes: ['glsa_'], pattern: /glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}(?!\w)/y },
  { kind: 'Grafana Cloud token', prefixes: ['glc_'], pattern: /glc_[A-Za-z0-9+/]{32,400}={0,3}/y },
  {
    kind: 'OpenAI key',
    prefixes: ['sk-'],
    pattern:
      /sk-(?:(?:proj|svcacct|admin)-(?:[\w-]{74}|[\w-]{58})T3BlbkFJ(?:[\w-]{74}|[\w-]{58})|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})(?![\w-])/y,
  },
  { kind: 'Anthropic key', prefixes: ['sk-ant-'], pattern: /sk-ant-(?:api03|admin01)-[\w-]{93}AA(?![\w-])/y },
  { kind: 'Perplexity key', prefixes: ['pplx-'], pattern: /pplx-[A-Za-z0-9]{48}(?![A-Za-z0-9])/y },
  {
    kind: 'Cohere key',
    prefixes: ['CO_API_KEY', 'COHERE_API_KEY'],
    pattern: /CO(?:HERE)?_API_KEY["']?\s{0,4}[=:\s]\s{0,4}["']?([A-Za-z0-9]{40})(?![A-Za-z0-9])/y,
    minEntropy: 3.5,
  },
  { kind: 'Replicate token', prefixes: ['r8_'], pattern: /r8_[\w-]{37}(?![\w-])/y },
  { kind: 'Groq key', prefixes: ['gsk_'], pattern: /gsk_[A-Za-z0-9]{52}(?![A-Za-z0-9])/y },
  { kind: 'xAI key', prefixes: ['xai-'], pattern: /xai-\w{80}(?!\w)/y },
  { kind: 'W&B API key', prefixes: ['wandb_v1_'], pattern: /wandb_v1_\w{60,100}(?!\w)/y },
  // Forty hexadecimal digits alone are a git commit: only the name makes them a key.
  {
    kind: 'W&B API key',
    prefixes: ['WANDB_API_KEY'],
    pattern: /WANDB_API_KEY\\?["']?\]?\s{0,4}[=:,\s]\s{0,4}\\?["']?([0-9a-f]{40})(?![0-9A-Za-z])/y,
  },
  {
    kind: 'W&B API key',
    prefixes: ['wandb login'],
    pattern: /wandb login(?:[ \t]{1,8}[^\s"']{1,100}){0,6}?[ \t]{1,8}["']?([0-9a-f]{40})(?![0-9A-Za-z])/y,
  },
  {
    kind: 'W&B API key',
    prefixes: ['wandb.login('],
    pattern: /wandb\.login\(\s{0,8}(?:key\s{0,4}=\s{0,4})?\\?["']([0-9a-f]{40})(?![0-9A-Za-z])/y,
  },
  { kind: 'Kaggle token', prefixes: ['KGAT_'], pattern: /KGAT_[0-9a-f]{32}(?!\w)/y },
  {
    kind: 'Kaggle key',
    prefixes: ['KAGGLE_KEY'],
    pattern: /KAGGLE_KEY\\?["']?\]?\s{0,4}[=:,\s]\s{0,4}\\?["']?([0-9a-f]{32})(?![0-9A-Za-z])/y,
  },
  {
    kind: 'Kaggle key',
    prefixes: ['"key'],
    pattern: /"key\\?"\s{0,4}:\s{0,4}\\?"([0-9a-f]{32})(?![0-9A-Za-z])/y,
    nameNear: /kaggle/i,
  },
  { kind: 'NVIDIA API key', prefixes: ['nvapi-'], pattern: /nvapi-[\w-]{60,70}(?![\w-])/y },
  { kind: 'Docker access token', prefixes: ['dckr_pat_'], pattern: /dckr_pat_[\w-]{27}(?![\w-])/y },
  { kind: 'LangSmith key', prefixes: ['lsv2_'], pattern: /lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}(?!\w)/y },
  {
    kind: 'Azure storage key',
    prefixes: ['AccountKey='],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/y,
    minEntropy: 4,
  },
  // The HMAC of SHA-256 in base64, in a URL that says what it allows. LIMIT: one that has expired (`se=`) counts as well.
  {
    kind: 'Azure shared access signature',
    prefixes: ['?sig=', '&sig='],
    pattern: /[?&]sig=((?:[A-Za-z0-9+/]|%2[BbFf]){43}(?:=|%3[Dd]))(?![A-Za-z0-9])/y,
    nameNear: /[?&"']s[vp]=/,
    minEntropy: 3.5,
  },
];

/** The last text and what was found in it: a file is asked about twice, for its findings and for what to mask. */
let last: { readonly text: string; readonly found: readonly FoundSecret[] } = { text: '', found: [] };

/**
 * Every secret of known shape in a text, in its order, without overlaps. Values that are documented examples, one character
 * over and over, plain sequences or poor in entropy are left out; digests and commits have no shape of their own here.
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  if (last.text !== text) last = { text, found: searchSecrets(text) };
  return last.found;
}

function searchSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const pattern = allBeginnings();
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
    const at = hit.index;
    pattern.lastIndex = at + 1;
    for (const candidate of shapesOf(hit[0])) {
      const end = secretAt(text, at, hit[0], candidate, found);
      // What a shape has read is no place for another secret of that shape to begin.
      if (end > pattern.lastIndex) pattern.lastIndex = end;
    }
  }
  findPrivateKeys(text, found);
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  return found.filter((one, index) => index === 0 || one.start >= (found[index - 1] as FoundSecret).end);
}

/** Adds the secret of a shape that begins at an offset; returns where the match ended, secret or dummy, 0 without one. */
function secretAt(text: string, at: number, prefix: string, shape: SecretShape, found: FoundSecret[]): number {
  const named = /\((?!\?)/.test(shape.pattern.source);
  // A token does not begin in the middle of a word: that is base64 or a longer name. The name in front of a key may.
  if (!named && at > 0 && /\w/.test(text.charAt(at - 1)) && !followsEscape(text, at)) return 0;
  shape.pattern.lastIndex = at;
  const match = shape.pattern.exec(text);
  if (match === null) return 0;
  const secret = match[1] ?? match[0];
  const end = at + match[0].length;
  const isNear = shape.nameNear?.test(text.slice(Math.max(0, at - 300), end + 100)) ?? true;
  const body = named ? secret : secret.slice(prefix.length);
  if (isNear && !isDummy(secret, body) && entropy(body) >= (shape.minEntropy ?? 3)) {
    found.push({ start: end - secret.length, end, kind: shape.kind });
  }
  return end;
}

/** The shapes that begin with a prefix; where one prefix begins with another (`sk-ant-`, `sk-`), those of both. */
const shapesOf = (prefix: string): readonly SecretShape[] =>
  SECRET_SHAPES.filter((shape) => shape.prefixes.some((other) => prefix.startsWith(other)));

let beginnings: RegExp | undefined;

/** All prefixes, the longer first: one pass over the text instead of one for each. */
function allBeginnings(): RegExp {
  beginnings ??= new RegExp(
    SECRET_SHAPES.flatMap((shape) => shape.prefixes)
      .sort((a, b) => b.length - a.length)
      .map((prefix) => prefix.replace(/[.()"?]/g, '\\$&'))
      .join('|'),
    'g',
  );
  return beginnings;
}

/** `\n` and `\t` in a quoted string end in a letter that is no part of a word. */
function followsEscape(text: string, at: number): boolean {
  return text.charAt(at - 2) === '\\' && /[nrt]/.test(text.charAt(at - 1));
}

const BEGIN = '-----BEGIN ';
const KEY_HEAD = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;

/** A head without sixty-four characters of key behind it is something that looks for keys, not a key. */
function findPrivateKeys(text: string, found: FoundSecret[]): void {
  let tail = -1;
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + BEGIN.length)) {
    KEY_HEAD.lastIndex = at;
    const head = KEY_HEAD.exec(text);
    if (head === null) continue;
    const body = at + head[0].length;
    // The next tail is looked for once, not once a head: many heads without a tail would cost their square.
    if (tail >= 0 && tail < body) tail = text.indexOf('-----END ', body);
    if (tail === -1) tail = text.indexOf('-----END ', body);
    if (tail === -1) tail = text.length;
    if (tail === text.length || tail - body < 64 || tail - body > 20_000) continue;
    if (text.slice(body, tail).replace(/[^A-Za-z0-9+/=]/g, '').length < 64) continue;
    const close = text.indexOf('-----', tail + 9);
    const end = close >= 0 && close - tail < 80 ? close + 5 : tail;
    found.push({ start: at, end, kind: 'private key' });
  }
}

/** Published by their makers for use in examples: AWS, jwt.io, Azurite. */
const DOCUMENTED = /EXAMPLE(?:KEY)?$|^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.eyJzdWIiOiIxMjM0NTY3ODkw|^Eby8vdM02xNOcqFlqUwJPLlm/;

function isDummy(secret: string, body: string): boolean {
  return (
    DOCUMENTED.test(secret) ||
    /^(.)\1*$/.test(body) ||
    /x{6}|X{6}|0{8}|\*{4}|example|EXAMPLE|dummy|DUMMY|redacted|REDACTED|placeholder|PLACEHOLDER/.test(body) ||
    isSequential(body)
  );
}

/**
 * Whether nearly every character is the successor of the one before: `abcdefghij…`, `1234567890…`.
 * NOTE: hexadecimal digits in their order (`0123456789abcdef0123…`) pass as a secret on purpose: that is how rules.md writes
 * an example of a key that must be reported.
 */
function isSequential(body: string): boolean {
  if (/^[0-9a-f]+$/.test(body) && /[a-f]/.test(body)) return false;
  let steps = 0;
  for (let index = 1; index < body.length; index++) {
    if (body.charCodeAt(index) - body.charCodeAt(index - 1) === 1) steps++;
  }
  return body.length > 1 && steps / (body.length - 1) > 0.85;
}

/** Shannon's, in bits a character: 40 random hexadecimal digits have about 3.7, an English word of ten letters under 3. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Why a name is taken for that of a secret. */
export interface SecretName {
  /** `exact`: the documented variable of a known tool. `word`: a word in it says so. */
  readonly certainty: 'exact' | 'word';
  /** What gave it away, lower case: the whole name, or the word. */
  readonly word: string;
  /** Present for the half of a pair that is no secret alone: an access key id. */
  readonly identifier?: true;
}

/** Documented variables of the field's tools: R119 of rules.md, and PGPASSWORD, TS_AUTHKEY, VAULT_SECRET_ID for their spelling. */
const EXACT_NAMES = words(
  'HF_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACE_TOKEN HUGGINGFACEHUB_API_TOKEN WANDB_API_KEY KAGGLE_KEY KAGGLE_API_TOKEN OPENAI_API_KEY ANTHROPIC_API_KEY ' +
    'COHERE_API_KEY CO_API_KEY REPLICATE_API_TOKEN MISTRAL_API_KEY GOOGLE_API_KEY GEMINI_API_KEY LANGCHAIN_API_KEY ' +
    'LANGSMITH_API_KEY PINECONE_API_KEY COMET_API_KEY NEPTUNE_API_TOKEN CLEARML_API_SECRET_KEY MLFLOW_TRACKING_PASSWORD ' +
    'MLFLOW_TRACKING_TOKEN DATABRICKS_TOKEN SNOWFLAKE_PASSWORD AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AZURE_STORAGE_KEY ' +
    'AZURE_STORAGE_CONNECTION_STRING GITHUB_PAT GITHUB_TOKEN TWINE_PASSWORD NGC_API_KEY JUPYTER_TOKEN MINIO_ROOT_PASSWORD ' +
    'PGPASSWORD TS_AUTHKEY VAULT_SECRET_ID',
);

/** The same, where a part is the user's: an index, a repository, a section. */
const EXACT_PATTERNS =
  /^(?:UV_INDEX_\w+_PASSWORD|POETRY_HTTP_BASIC_\w+_PASSWORD|POETRY_PYPI_TOKEN_\w+|AIRFLOW__CORE__FERNET_KEY|AIRFLOW__\w+__SECRET_KEY)$/;

/** Words of one or two parts that hold a secret wherever they stand in a name. */
const SECRET_WORDS = words('password passwd pword passphrase secret token apikey api_key access_key private_key credential credentials');

/** Words that do so only as the last of several, because in front or alone they mean something else:
 *  AUTH_TYPE, PAT_LEN, the directory PWD, PASS_THROUGH. */
const LAST_WORDS = words('auth pat pwd pass');

/** Anywhere in a name, these make it something else. BuildKit's own three, then switches and counts. */
const HARMLESS_WORDS = words(
  'public file version enable enabled disable disabled use skip require required requires ignore no allow empty random max min ' +
    'num nb count with is has path',
);

/** As the last word they say that the name describes a secret and does not hold it: TOKEN_TTL, SECRET_NAME, PASSWORD_HASH. */
const DESCRIBING_WORDS = words(
  'algo algorithm alg age arn audience authorization backend budget charset class client cmd command config configuration cost ' +
    'dir directory domain driver duration email encoding endpoint env expire expires expiration expiry field files folder format ' +
    'hash header headers helper host hostname id ids image interval issuer iterations leeway len length lifetime limit limits ' +
    'location manager method minutes mode model module name names namespace number param parameter paths pattern plugin policy port ' +
    'prefix prompt protocol provider realm refresh regex region role rotation rounds scheme scope scopes script seconds server ' +
    'service size sock source store strategy strength suffix tag timeout ttl type types uri url urls usage user username validity ' +
    'var variable window',
);

/** In front of `token` they speak of language models, in front of `pass` of algorithms. */
const OTHER_MEANINGS =
  /(?:^|_)(?:(?:pad|eos|bos|unk|mask|sep|cls|stop|special|image|audio|video|end|start|new|next|think|per)_token|(?:first|second|last|single|one|two|multi|by)_pass)(?:_|$)/;

/** Whole names that have a word of the list and are none: paths, sockets, switches, ways to log in. */
const HARMLESS_NAMES = words('REGISTRY_AUTH GOOGLE_APPLICATION_CREDENTIALS SSH_AUTH_SOCK XAUTHORITY PWD OLDPWD');

/**
 * Whether a variable of this name holds a secret, by R119's words; undefined when not. Looks at no value: what is empty, a
 * path or a switch is for {@link secretValue} to say.
 * LIMIT: whole words only, so `DBPASSWORD` and `MYSECRET` are missed; a bare `KEY` is too common (APT_KEY, GPG_KEY) to count.
 */
export function secretName(name: string): SecretName | undefined {
  const known = namesRead.get(name);
  if (known !== undefined || namesRead.has(name)) return known;
  const read = readName(name);
  // The same few hundred names stand in most files; the rest need not be kept.
  if (namesRead.size < 4096) namesRead.set(name, read);
  return read;
}

const namesRead = new Map<string, SecretName | undefined>();

function readName(name: string): SecretName | undefined {
  const upper = name.toUpperCase();
  if (EXACT_NAMES.has(upper) || EXACT_PATTERNS.test(upper)) return { certainty: 'exact', word: name.toLowerCase() };
  if (HARMLESS_NAMES.has(upper)) return undefined;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+|(?<=[a-z])(?=\d+$)/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));
  if (words.some((word) => HARMLESS_WORDS.has(word))) return undefined;
  const joined = words.join('_');
  if (`_${joined}`.endsWith('_access_key_id')) return { certainty: 'word', word: 'access_key_id', identifier: true };
  const last = words.at(-1) ?? '';
  const word = secretWord(words) ?? (words.length > 1 && LAST_WORDS.has(last) ? last : undefined);
  if (word === undefined || DESCRIBING_WORDS.has(last) || OTHER_MEANINGS.test(joined)) return undefined;
  return { certainty: 'word', word };
}

/** The first word, or the first two words together, that speak of a secret. */
function secretWord(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const pair = `${word}_${words[index + 1] ?? ''}`;
    if (SECRET_WORDS.has(pair)) return pair;
    if (SECRET_WORDS.has(word)) return word;
  }
  return undefined;
}

/**
 * What stands where a secret would: `literal` is what leaks. `reference`: filled in from elsewhere. `path`: the secret is in a
 * file. `placeholder`: meant to be replaced, and shipped all the same. `boolean-or-number`: a switch or a count by name,
 * though `1234` may be somebody's password: the rule has to look at the name.
 */
export type SecretValue = 'empty' | 'path' | 'placeholder' | 'reference' | 'boolean-or-number' | 'literal';

/** One of a kind: what people write when they have nothing to write. `EMPTY` and `ollama` are what local servers want as key. */
const PLACEHOLDER_VALUES = words(
  'changeme change-me change_me changeit changethis replaceme replace-me replace_me placeholder example sample dummy fake mock foo bar ' +
    'foobar baz todo tbd fixme redacted unset undefined unused notused not-used n/a na empty secret password passwd pass pw pwd token key ' +
    'apikey api-key api_key mysecret mytoken mypassword my-token my-secret my-password my_token my_secret my_password yourpassword ' +
    'abc xyz ollama lm-studio sk-no-key-required not-needed not_needed',
);

/** Parts that give a placeholder away, as whole words: `your-token-here`, `dummy-key-for-build`, `<token>`. */
const PLACEHOLDER_PARTS =
  /^change-?_?(?:me|this|it)|(?:^|[^a-z])(?:change|replace)[-_ ]?(?:me|this|it|with)(?:[^a-z]|$)|(?:^|[^a-z])(?:example|placeholder|dummy|fake|sample|redacted|todo|your|insert|put)(?:[-_ .]|$)|[-_ ]here$|not[-_ ]?a[-_ ]?(?:real[-_ ]?)?(?:secret|key|token|password)/i;

/** `test` alone or with the name of what it stands for: `test`, `test-token`, `test_key_1`. */
const TEST_VALUE = /^test(?:ing)?(?:[-_.]?(?:token|key|secret|password|passwd|pass|pwd|value|api[-_]?key))?[-_]?\d{0,3}$/i;

/** What a value is, once quotes are off. Nothing is looked up and no variable filled in. */
export function secretValue(value: string): SecretValue {
  const text = value.trim();
  if (text === '' || text === '""' || text === "''") return 'empty';
  const reference = referenceIn(text);
  if (reference !== undefined) return reference;
  if (/^(?:true|false|yes|no|on|off|none|null|nil|enabled?|disabled?|[+-]?\d{1,9}(?:\.\d{1,9})?[smhd]?)$/i.test(text))
    return 'boolean-or-number';
  if (isPlaceholder(text)) return 'placeholder';
  return isPath(text) ? 'path' : 'literal';
}

/**
 * `$X`, `${X}`, `$(command)`, a template's `{{ x }}`: the text has a part that comes from elsewhere, and that part is taken to
 * be the secret. `${X:-default}` is what its default is, for that is what ships.
 */
function referenceIn(text: string): SecretValue | undefined {
  const whole = /^\$\{[A-Za-z_]\w*:?[-=]([^${}]*)\}$/.exec(text);
  if (whole !== null) {
    const fallback = secretValue(whole[1] ?? '');
    return fallback === 'empty' ? 'reference' : fallback;
  }
  // A dollar sign in front of anything else is a character of a password; one word between two begins a hash: `$2b$12$…`.
  if (/(?:^|:)\$[a-z0-9]{1,10}\$/i.test(text)) return undefined;
  return /\$\{[A-Za-z_#!]|(?<!\\)\$[A-Za-z_]\w*|\$\(|^`.*`$|\{\{.*\}\}|^%\(?\w+\)?[s%]$|^@\w+@$/.test(text) ? 'reference' : undefined;
}

function isPlaceholder(text: string): boolean {
  const lower = text.toLowerCase();
  return (
    PLACEHOLDER_VALUES.has(lower) ||
    TEST_VALUE.test(text) ||
    PLACEHOLDER_PARTS.test(text) ||
    // <token>, [token], {token}; xxxx, ****, …; a known prefix with nothing behind it: sk-xxxx, hf_...
    /^(?:<[^<>]*>|\[[^[\]]*\]|\{[^{}]*\})$/.test(text) ||
    /^(.)\1{2,}$/.test(text) ||
    /^[a-z0-9]{1,12}[-_](?:x{2,}|\*{2,}|\.{2,}|…)$/i.test(text) ||
    DOCUMENTED.test(text)
  );
}

/** An absolute, home or relative path, or the name of a file of a kind secrets are kept in. */
function isPath(text: string): boolean {
  if (/^(?:file:\/\/|[A-Za-z]:\\)/.test(text)) return true;
  if (/^(?:~|\.{1,2})?\/[^\s"'+=]*$/.test(text)) {
    // A forty-character key may begin with a slash: a single part, long, of mixed letters and digits.
    return !/^\/[A-Za-z0-9]{30,}$/.test(text);
  }
  return /^[\w.-]+(?:\/[\w.-]+)*\.(?:txt|json|pem|key|crt|cer|cert|ya?ml|toml|ini|cfg|conf|env|p12|pfx|jks|pub|token|secret)$/i.test(text);
}

/** Credentials inside one URL. Offsets are UTF-16 and half-open. */
export interface UrlCredentials {
  /** From here to `end` stands the user part without its `@`, or for a channel token the token. */
  readonly start: number;
  readonly end: number;
  /** `token`: whoever has it needs no user name. `user-only`: a name without a password, no secret. */
  readonly kind: 'user-password' | 'token' | 'user-only';
  /** The user name as written, where there is one. */
  readonly user?: string;
  /** From here to `secretEnd` stands what must not be shown; both equal `end` when nothing must. */
  readonly secretStart: number;
  readonly secretEnd: number;
  /** The variable the whole secret comes from: `TOKEN` for `$TOKEN`, `${TOKEN}`, `${TOKEN:?}`. */
  readonly variable?: string;
  /** The secret is filled in by a shell or a template, from a variable or from a command's output. */
  readonly dynamic: boolean;
  /** The secret is one that only examples have: `user:password@`, `<token>@`. */
  readonly placeholder: boolean;
  /** The host as written, lower case, without port; may itself be `${HOST}`. */
  readonly host: string;
}

/** User names that go with a token as password: GitHub, GitLab, Bitbucket, PyPI and other indexes, Google's registries. */
const TOKEN_USERS = words(
  'oauth2 x-access-token x-token-auth x-oauth-basic gitlab-ci-token __token__ oauth2accesstoken _json_key _json_key_base64 token',
);

/** Longest user part and host looked at: a text without any spaces must not be read again from each of its colons. */
const LONGEST_AUTHORITY = 2000;

/**
 * Every user part and channel token in the URLs of a text, in its order. `git@host:path` and `ssh://git@host` are no URLs with
 * secrets and yield nothing.
 * LIMIT: passwords in a query (`?password=`) or in `key=value` connection strings are not looked for.
 */
export function credentialsInUrl(text: string): UrlCredentials[] {
  const found: UrlCredentials[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const scheme = /[A-Za-z][A-Za-z0-9+.-]{0,39}$/.exec(text.slice(Math.max(0, at - 40), at))?.[0].toLowerCase();
    if (scheme === undefined) continue;
    const start = at + 3;
    const authority = readAuthority(text, start);
    const host = hostIn(text.slice(authority.at < 0 ? start : authority.at + 1, authority.end));
    if (host === undefined) continue;
    if (authority.at >= 0) {
      const credentials = userPart(text, start, authority.at, scheme, host);
      if (credentials !== undefined) found.push(credentials);
    }
    const token = channelToken(text, authority.end, host);
    if (token !== undefined) found.push(token);
  }
  return found;
}

/** Where the part of a URL between `//` and the path ends, and its last `@`, -1 without one. */
function readAuthority(text: string, start: number): { at: number; end: number } {
  const limit = Math.min(text.length, start + LONGEST_AUTHORITY);
  let at = -1;
  let index = start;
  while (index < limit) {
    const character = text.charAt(index);
    if (character === '$' && (text.charAt(index + 1) === '{' || text.charAt(index + 1) === '(')) {
      const closed = endOfExpansion(text, index + 1, limit);
      if (closed < 0) break;
      index = closed;
      continue;
    }
    if (/[\s/?#"'`|\\]/.test(character)) break;
    if (character === '@') at = index;
    index++;
  }
  return { at, end: index };
}

/** Behind the bracket that closes the one at `open`, -1 when none does within two hundred characters. */
function endOfExpansion(text: string, open: number, limit: number): number {
  const stop = Math.min(limit, open + 200);
  const [opening, closing] = text.charAt(open) === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let index = open; index < stop && text.charAt(index) !== '\n'; index++) {
    if (text.charAt(index) === opening) depth++;
    else if (text.charAt(index) === closing && --depth === 0) return index + 1;
  }
  return -1;
}

/** A host name, address, variable or `<host>`, without its port; undefined for anything else. */
function hostIn(text: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|(?:[\w.-]|\$\{[^{}]*\}|\$\w+|\{\{?[^{}]*\}\}?|<[^<>]*>|%[sd])+)(?=$|[:,;)\]}>&*])/i
    .exec(text)?.[1]
    ?.toLowerCase();
}

function userPart(text: string, start: number, end: number, scheme: string, host: string): UrlCredentials | undefined {
  const colon = colonIn(text, start, end);
  const user = text.slice(start, colon < 0 ? end : colon);
  const password = colon < 0 ? '' : text.slice(colon + 1, end);
  if (user === '' && password === '') return undefined;
  const overSsh = /^(?:ssh|sftp|git\+ssh|svn\+ssh|rsync)$/.test(scheme);
  // https://TOKEN@host, https://TOKEN:@host and https://TOKEN:x-oauth-basic@host
  if (password === '' || password === 'x-oauth-basic') {
    if (overSsh) return undefined;
    const isToken = password !== '' || isTokenUser(user, host);
    return isToken
      ? { start, end, kind: 'token', secretStart: start, secretEnd: start + user.length, ...described(user), host }
      : { start, end, kind: 'user-only', user, secretStart: end, secretEnd: end, dynamic: false, placeholder: false, host };
  }
  const kind = TOKEN_USERS.has(user.toLowerCase()) ? 'token' : 'user-password';
  return {
    start,
    end,
    kind,
    ...(user === '' ? {} : { user }),
    secretStart: end - password.length,
    secretEnd: end,
    ...described(password),
    host,
  };
}

/** The first colon outside `${…}` and `$(…)`, -1 without one. */
function colonIn(text: string, start: number, end: number): number {
  let index = start;
  while (index < end) {
    const next = text.charAt(index + 1);
    const closed = text.charAt(index) === '$' && (next === '{' || next === '(') ? endOfExpansion(text, index + 1, end) : -1;
    if (closed > 0) index = closed;
    else if (text.charAt(index) === ':') return index;
    else index++;
  }
  return -1;
}

/** A lone user part that is really a token: of a known shape, from a variable so named, or too long and mixed for a name. */
function isTokenUser(user: string, host: string): boolean {
  const variable = variableIn(user);
  if (variable !== undefined) {
    return secretName(variable) !== undefined || (CODE_HOSTS.test(host) && !/user|login|name|account|owner|org/i.test(variable));
  }
  if (/^<.*(?:token|pat|key|secret|password).*>$/i.test(user)) return true;
  return findSecrets(user).length > 0 || (/^[A-Za-z0-9_-]{20,}$/.test(user) && /\d/.test(user) && /[A-Za-z]/.test(user));
}

const CODE_HOSTS = /(?:^|\.)(?:github|gitlab|bitbucket|gitea|codeberg|huggingface|dev\.azure)\b/;

/** `/t/TOKEN/` at the front of a path: how Anaconda's and Quetz's servers take a token. */
function channelToken(text: string, end: number, host: string): UrlCredentials | undefined {
  if (!text.startsWith('/', end)) return undefined;
  const match = /^\/(?:[\w.-]{1,40}\/){0,2}?t\/((?:\$\{[^{}\s]{1,200}\}|\$\w{1,200}|<[^<>\s]{1,100}>|[\w-]{1,200}))(?=\/|$|[\s"'])/.exec(
    text.slice(end, end + LONGEST_AUTHORITY),
  );
  const token = match?.[1];
  if (match === null || token === undefined) return undefined;
  const isTyped = /^[a-z]{2}-[0-9a-f]{8}-[0-9a-f-]{20,30}$/.test(token);
  const isConda =
    /conda|quetz|prefix\.dev/.test(host) && (token.length >= 16 || /^[$<]/.test(token) || secretValue(token) === 'placeholder');
  const variable = variableIn(token);
  if (!isTyped && !isConda && (variable === undefined || secretName(variable) === undefined)) return undefined;
  const start = end + match[0].length - token.length;
  const stop = start + token.length;
  return { start, end: stop, kind: 'token', secretStart: start, secretEnd: stop, ...described(token), host };
}

function described(secret: string): { variable?: string; dynamic: boolean; placeholder: boolean } {
  const value = secretValue(secret);
  const variable = variableIn(secret);
  return {
    ...(variable === undefined ? {} : { variable }),
    dynamic: value === 'reference',
    // {password} and %s are what a program fills in, in code that a heredoc or `python -c` carries.
    placeholder: value === 'placeholder' || /^(?:\{\w*\}|%s|\.{2,}|…|\*+)$/.test(secret),
  };
}

/** The variable a text consists of. */
function variableIn(text: string): string | undefined {
  const match = /^\$(?:\{([A-Za-z_]\w*)(?:[:?+=-][^{}]*)?\}|([A-Za-z_]\w*))$/.exec(text);
  return match?.[1] ?? match?.[2];
}
