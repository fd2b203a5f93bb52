/**
 * Files that hold secrets, by their names and, where they can be read, by what is in them. Names: R121 of the catalogue and the
 * manuals of the tools that keep their credentials there (2026-11).
 */
import { credentialsInUrl, findSecrets, secretName, secretValue } from './secrets.js';

/** What is known of a file that may hold a secret. */
export interface SecretFile {
  /** What it holds, in a sentence: `an API key of Kaggle`. */
  readonly holds: string;
  /** `sure`: the name alone says it. `likely`: it does where nobody can look. `content`: only its text shows a secret. */
  readonly by: 'sure' | 'likely' | 'content';
}

interface Kind extends SecretFile {
  /** Of the whole path, lower case, without a slash in front. */
  readonly path: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    path: /(?:^|\/)\.env(?:\.(?!example|sample|template|tmpl|dist|defaults?|test|ci|schema)[\w.-]+)?$/,
    holds: 'the settings of one machine, passwords among them',
    by: 'likely',
  },
  { path: /(?:^|\/)[._]netrc$/, holds: 'passwords for servers', by: 'sure' },
  { path: /(?:^|\/)\.pypirc$/, holds: 'passwords for package indexes', by: 'sure' },
  { path: /(?:^|\/)\.git-credentials$/, holds: 'passwords for Git servers', by: 'sure' },
  {
    path: /(?:^|\/)(?:pip\.conf|pip\.ini|uv\.toml|\.npmrc|\.yarnrc\.yml|\.condarc|\.renviron|\.rprofile)$/,
    holds: 'a password or token',
    by: 'content',
  },
  { path: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/, holds: 'a private SSH key', by: 'sure' },
  { path: /\.(?:pem|key|ppk)$/, holds: 'a private key', by: 'content' },
  { path: /\.(?:p12|pfx)$|(?:^|\/)keystore\.\w+$/, holds: 'a private key', by: 'sure' },
  { path: /(?:^|\/)\.aws\/credentials$/, holds: 'keys of an AWS account', by: 'sure' },
  { path: /(?:^|\/)\.(?:azure|config\/gcloud)\/.*(?:token|credential|\.json|\.db)/, holds: 'the login of a cloud account', by: 'sure' },
  { path: /(?:^|\/)[\w.-]*service[-_]?account[\w.-]*\.json$/, holds: 'the key of a service account', by: 'likely' },
  { path: /(?:^|\/)application_default_credentials\.json$/, holds: 'the login of a Google Cloud account', by: 'sure' },
  { path: /(?:^|\/)kaggle\.json$/, holds: 'an API key of Kaggle', by: 'sure' },
  { path: /(?:^|\/)\.databrickscfg$/, holds: 'tokens of Databricks', by: 'sure' },
  { path: /(?:^|\/)\.dbt\/profiles\.ya?ml$/, holds: 'passwords of databases', by: 'content' },
  { path: /(?:^|\/)\.(?:cache\/)?huggingface\/(?:token|stored_tokens)$/, holds: 'a token of Hugging Face', by: 'sure' },
  { path: /(?:^|\/)\.streamlit\/secrets\.toml$/, holds: 'the secrets of a Streamlit app', by: 'sure' },
  { path: /(?:^|\/)\.docker\/config\.json$/, holds: 'logins of image registries', by: 'content' },
  { path: /(?:^|\/)\.?secrets?(?:\.(?:toml|ya?ml|json|env|ini))?$/, holds: 'secrets', by: 'content' },
  { path: /(?:^|\/)terraform\.tfstate$/, holds: 'everything Terraform knows, passwords among them', by: 'sure' },
];

/** Every stage that copies the whole context asks for all its files, and an editor again at every letter. */
const known = new Map<string, SecretFile | undefined>();
const MOST_KNOWN = 20_000;

/** What a file of this path may hold; undefined for all others, and for what lies among tests and examples. */
export function secretFile(path: string): SecretFile | undefined {
  const before = known.get(path);
  if (before !== undefined || known.has(path)) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const found = kindOf(path);
  known.set(path, found);
  return found;
}

function kindOf(path: string): SecretFile | undefined {
  const lower = path.toLowerCase();
  if (/(?:^|\/)(?:tests?|fixtures?|testdata|examples?|samples?|mocks?|docs?)\//.test(lower)) return undefined;
  if (
    /(?:^|[._/-])(?:example|sample|template|dummy|public|pub|ca|chain|fullchain|bundle|cert|certs|certificate)(?:[._-]|$)/.test(
      lower.replace(/^.*\//, ''),
    )
  )
    return undefined;
  return KINDS.find((kind) => kind.path.test(lower));
}

/** Whether a text shows a secret: a token by its look, a private key, a password in an address, a value under a secret's name. */
export function showsSecret(text: string): boolean {
  if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|"private_key"\s*:\s*"[^"]{20}|"auth"\s*:\s*"[^"]{8}/.test(text)) return true;
  if (findSecrets(text).length > 0) return true;
  if (credentialsInUrl(text).some(({ kind, dynamic, placeholder }) => kind !== 'user-only' && !dynamic && !placeholder)) return true;
  return text.split(/\r?\n/).some((line) => {
    const [, name = '', value = ''] = /^\s*(?:export\s+|\/\/[\w./:-]*:)?["']?([\w.-]+)["']?\s*[=:]\s*(.*?)\s*,?$/.exec(line) ?? [];
    const plain = value.replace(/^(["'])(.*)\1$/, '$2');
    return /^_?auth(?:token)?$/i.test(name)
      ? secretValue(plain) === 'literal'
      : secretName(name.toUpperCase()) !== undefined && secretValue(plain) === 'literal';
  });
}
