import { describe, expect, it } from 'vitest';
import { credentialsInUrl, findSecrets, SECRET_SHAPES, secretName, secretValue } from '../src/facts/secrets.js';
import { FAKES, HEX, hex, mixed } from './fake-secrets.js';

describe('findSecrets', () => {
  it.each(FAKES.map((fake) => [...fake] as [string, string, string?, string?]))(
    'finds a %s with exact offsets',
    (kind, secret, before = 'ENV X=', after = '') => {
      for (const [left, right] of [
        ['', ''],
        ['FROM a\n# ', '\nRUN b'],
        ['"', '"'],
      ] as const) {
        const text = `${left}${before}${secret}${after}${right}`;
        const start = left.length + before.length;
        expect(findSecrets(text)).toEqual([{ kind, start, end: start + secret.length }]);
      }
    },
  );

  it('knows every kind of its table by a test', () => {
    const tested = new Set(FAKES.map(([kind]) => kind));
    expect(SECRET_SHAPES.map((shape) => shape.kind).filter((kind) => !tested.has(kind))).toEqual([]);
  });

  it('begins every pattern with each of its prefixes', () => {
    for (const shape of SECRET_SHAPES) {
      expect(shape.pattern.sticky).toBe(true);
      expect(shape.prefixes.every((prefix) => prefix.length >= 3)).toBe(true);
    }
  });

  it('finds the example key of R120', () => {
    const key = '0123456789abcdef0123456789abcdef01234567';
    expect(findSecrets(`ENV WANDB_API_KEY=${key}`)).toEqual([{ kind: 'W&B API key', start: 18, end: 58 }]);
    expect(findSecrets(`RUN wandb login ${key}`)).toHaveLength(1);
    expect(findSecrets(`ENV KAGGLE_KEY=${key.slice(0, 32)}`)).toHaveLength(1);
  });

  it('reports several in the order of the text', () => {
    const [a, b] = [`gh${'p_'}${mixed(36)}`, `hf${'_'}${mixed(34)}`];
    expect(findSecrets(`ENV B=${b} A=${a}\nENV A=${a}`).map(({ kind }) => kind)).toEqual([
      'Hugging Face token',
      'GitHub token',
      'GitHub token',
    ]);
  });

  it.each([
    ['the documented AWS id', `AKIA${'IOSFODNN7'}EXAMPLE`],
    ['the documented AWS secret', `AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`],
    ['one character over and over', `hf_${'a'.repeat(37)}`],
    ['x for a placeholder', `ghp_${'x'.repeat(36)}`],
    ['a sequence', `hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`],
    ['digits in a row', `r8_${'1234567890'.repeat(4).slice(0, 37)}`],
    ['poor entropy', `hf_${'abab'.repeat(9)}`],
    ['a commit', `git checkout ${hex(40)}`],
    ['a commit after @', `pip install git+https://github.com/wandb/wandb@${hex(40)}`],
    ['a digest', `FROM python@sha256:${(HEX + HEX).slice(0, 64)}`],
    ['a digest of a wandb file', `RUN wandb artifact get x && echo "${(HEX + HEX).slice(0, 64)}  f" | sha256sum -c`],
    ['a key in JSON without Kaggle', `{"key": "${hex(32)}"}`],
    ['a variable', 'ENV WANDB_API_KEY=$KEY HF_TOKEN=hf_${TOKEN}'],
    ['a part of a longer word', `self_${'hf_'}${mixed(37)}`],
    ['something longer than a token', `gh${'p_'}${mixed(40)}_${mixed(10)}`],
    ['a search for keys', 'RUN grep -r "-----BEGIN PRIVATE KEY-----" /app && ls'],
    ['a public key', `-----BEGIN PUBLIC KEY-----\n${mixed(64)}\n-----END PUBLIC KEY-----`],
    ['a certificate', `-----BEGIN CERTIFICATE-----\n${mixed(64)}\n-----END CERTIFICATE-----`],
    ['the token of jwt.io', `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkw${mixed(30)}.${mixed(43)}`],
    ['the key of Azurite', `AccountKey=Eby8vdM02xNOcqFlqUwJPLlm${mixed(62)}==`],
    ['names with the letters of a prefix', 'RUN pip install hf_transfer npm_config sk-learn task-asia AIzaSy r8_ && conda install xai-lib'],
  ])('leaves out %s', (_, text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('stays linear on hostile text', () => {
    const start = performance.now();
    for (const part of [
      'eyJ',
      'eyJa.',
      'AKIA',
      'glpat-',
      'xoxb-1-',
      `-----BEGIN ${'PRIVATE KEY'}-----`,
      'wandb login ',
      'hf_',
      'SG.',
      '://',
      'a://b@',
      'a://$(',
      'a://${',
    ]) {
      const text = part.repeat(Math.ceil(100_000 / part.length));
      findSecrets(text);
      credentialsInUrl(text);
    }
    // A safety net against a quadratic scan, which would take minutes; not a benchmark.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('secretName', () => {
  it.each([
    'HF_TOKEN',
    'HUGGING_FACE_HUB_TOKEN',
    'WANDB_API_KEY',
    'KAGGLE_KEY',
    'OPENAI_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'AZURE_STORAGE_KEY',
    'AZURE_STORAGE_CONNECTION_STRING',
    'GITHUB_PAT',
    'UV_INDEX_PRIVATE_PASSWORD',
    'POETRY_HTTP_BASIC_ACME_PASSWORD',
    'POETRY_PYPI_TOKEN_ACME',
    'AIRFLOW__CORE__FERNET_KEY',
    'AIRFLOW__WEBSERVER__SECRET_KEY',
    'JUPYTER_TOKEN',
    'MINIO_ROOT_PASSWORD',
    'PGPASSWORD',
    'hf_token',
  ])('knows %s exactly', (name) => {
    expect(secretName(name)).toMatchObject({ certainty: 'exact' });
  });

  it.each([
    ['DB_PASSWORD', 'password'],
    ['password', 'password'],
    ['MYSQL_PWD', 'pwd'],
    ['sa_password', 'password'],
    ['ADMIN_PASSWD', 'passwd'],
    ['SECRET_KEY', 'secret'],
    ['SECRET_KEY_BASE', 'secret'],
    ['CLIENT_SECRET', 'secret'],
    ['TOKEN', 'token'],
    ['ACME_APIKEY', 'apikey'],
    ['SERVICE_API_KEY', 'api_key'],
    ['SSH_PRIVATE_KEY', 'private_key'],
    ['S3_ACCESS_KEY', 'access_key'],
    ['NEO4J_AUTH', 'auth'],
    ['AZURE_DEVOPS_PAT', 'pat'],
    ['DB_PASS', 'pass'],
    ['dbPassword', 'password'],
    ['TOKEN2', 'token'],
    ['GIT_CREDENTIALS', 'credentials'],
    ['PASSWORD_ROOT', 'password'],
    ['_CI_JOB_TOKEN', 'token'],
    ['SSH_KEY_PASSPHRASE', 'passphrase'],
  ])('takes %s for a secret by its word', (name, word) => {
    expect(secretName(name)).toEqual({ certainty: 'word', word });
  });

  it('marks an access key id as half of a pair', () => {
    expect(secretName('AWS_ACCESS_KEY_ID')).toEqual({ certainty: 'word', word: 'access_key_id', identifier: true });
  });

  it.each([
    'PATH',
    'LD_LIBRARY_PATH',
    'PATTERN',
    'PAT',
    'PAT_LEN',
    'PATCH_VERSION',
    'AUTHOR',
    'AUTHORS',
    'AUTH_TYPE',
    'AUTH',
    'GF_AUTH_ANONYMOUS_ENABLED',
    'GF_AUTH_DISABLE_LOGIN_FORM',
    'KEY',
    'GPG_KEY',
    'GPG_KEYS',
    'APT_KEY',
    'SSL_KEY',
    'PUBLIC_KEY',
    'PUBLIC_ACCESS_KEY',
    'TOKENIZERS_PARALLELISM',
    'OV_TOKENIZER_PREBUILD_EXTENSION_PATH',
    'MAX_TOKENS',
    'MAX_TOKEN',
    'NB_TOKENS',
    'TOKENIZER',
    'TOKEN_LIMIT',
    'TOKEN_TTL',
    'TOKEN_EXPIRY',
    'TOKEN_LENGTH',
    'PAD_TOKEN',
    'EOS_TOKEN',
    'PASSWORD_HASH_ALGO',
    'PASSWORD_HASH',
    'PASSWORD_FILE',
    'POSTGRES_PASSWORD_FILE',
    'SECRET_NAME',
    'SECRET_ARN',
    'SECRET_ID',
    'SECRETLINT_VERSION',
    'KEYRING_PROVIDER',
    'PIP_KEYRING_PROVIDER',
    'SSH_AUTH_SOCK',
    'XAUTHORITY',
    'HF_TOKEN_PATH',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'DOCKER_CREDENTIAL_GCR_CONFIG',
    'DSE_CREDENTIALS_URL',
    'PWD',
    'OLDPWD',
    'PASSENGER_MIN_INSTANCES',
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'MYSQL_RANDOM_ROOT_PASSWORD',
    'TS_DISABLE_TOKEN_AUTHORIZATION',
    'USE_AUTH',
    'TOKEN_URL',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'BYPASS',
    'SINGLE_PASS',
    'COMPASS',
    'KAGGLE_USERNAME',
    'DB_USER',
    '',
    'SECRETS_DIR',
    'API_KEY_HEADER',
  ])('leaves %s alone', (name) => {
    expect(secretName(name)).toBeUndefined();
  });
});

describe('secretValue', () => {
  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['""', 'empty'],
    ['/run/secrets/token', 'path'],
    ['~/.kaggle/kaggle.json', 'path'],
    ['./token', 'path'],
    ['creds/key.json', 'path'],
    ['C:\\keys\\a', 'path'],
    ['$TOKEN', 'reference'],
    ['${TOKEN}', 'reference'],
    ['${TOKEN:-}', 'reference'],
    ['${TOKEN:?missing}', 'reference'],
    ['$(cat /run/secrets/t)', 'reference'],
    ['prefix-${TOKEN}', 'reference'],
    ['{{ token }}', 'reference'],
    ['%(TOKEN)s', 'reference'],
    ['${A:-$B}', 'reference'],
    ['${TOKEN:-hunter22}', 'literal'],
    ['${TOKEN:-changeme}', 'placeholder'],
    ['true', 'boolean-or-number'],
    ['no', 'boolean-or-number'],
    ['3600', 'boolean-or-number'],
    ['30s', 'boolean-or-number'],
    ['changeme', 'placeholder'],
    ['ChangeMe', 'placeholder'],
    ['change-this-in-production', 'placeholder'],
    ['xxx', 'placeholder'],
    ['XXXXXXXX', 'placeholder'],
    ['<token>', 'placeholder'],
    ['[token]', 'placeholder'],
    ['your-api-key-here', 'placeholder'],
    ['YOUR_TOKEN', 'placeholder'],
    ['example', 'placeholder'],
    ['dummy', 'placeholder'],
    ['dummy-key-for-build', 'placeholder'],
    ['test', 'placeholder'],
    ['test_key_1', 'placeholder'],
    ['EMPTY', 'placeholder'],
    ['password', 'placeholder'],
    ['sk-xxxx', 'placeholder'],
    ['hf_...', 'placeholder'],
    ['****', 'placeholder'],
    ['not-a-real-secret', 'placeholder'],
    ['admin', 'literal'],
    ['postgres', 'literal'],
    ['hunter2', 'literal'],
    ['s3cr3t', 'literal'],
    ['testimony42', 'literal'],
    ['pa$', 'literal'],
    ['yourself4ever', 'literal'],
    ['argon2:$argon2id$v=19$m=1', 'literal'],
    ['$2b$12$abcdefghijk', 'literal'],
    [`/${mixed(39)}`, 'literal'],
    [mixed(32), 'literal'],
    ['a b', 'literal'],
  ])('calls %j %s', (value, expected) => {
    expect(secretValue(value)).toBe(expected);
  });
});

describe('credentialsInUrl', () => {
  /** The credentials of a text with their spans as text. */
  const read = (text: string) =>
    credentialsInUrl(text).map(({ start, end, secretStart, secretEnd, ...rest }) => ({
      at: text.slice(start, end),
      secret: text.slice(secretStart, secretEnd),
      ...rest,
    }));
  const plain = { dynamic: false, placeholder: false };

  it('reads user and password', () => {
    expect(read('RUN pip install --index-url https://bot:s3cr3t@pypi.example.org/simple pkg')).toEqual([
      { at: 'bot:s3cr3t', secret: 's3cr3t', kind: 'user-password', user: 'bot', host: 'pypi.example.org', ...plain },
    ]);
    expect(read('ENV URL="postgresql+psycopg2://app:h4rd@db:5432/app"')).toMatchObject([
      { kind: 'user-password', user: 'app', secret: 'h4rd', host: 'db' },
    ]);
    expect(read('redis://:h4rd@cache:6379/0')).toEqual([{ at: ':h4rd', secret: 'h4rd', kind: 'user-password', host: 'cache', ...plain }]);
    expect(read('mongodb+srv://u:p%40ss@c0.mongodb.net/?w=1')).toMatchObject([{ secret: 'p%40ss', host: 'c0.mongodb.net' }]);
    expect(read('amqp://u:a@b@mq//')).toMatchObject([{ secret: 'a@b', host: 'mq' }]);
    expect(read('ssh://deploy:h4rd@host/repo')).toMatchObject([{ secret: 'h4rd', user: 'deploy' }]);
    expect(read('http://u:p4ss@[::1]:8080/')).toMatchObject([{ host: '[::1]' }]);
  });

  it('reads several', () => {
    expect(read('a://u:one1@h b://u:two2@h\nc://u:three3@h').map(({ secret }) => secret)).toEqual(['one1', 'two2', 'three3']);
  });

  it('reads tokens', () => {
    const token = `gh${'p_'}${mixed(36)}`;
    expect(read(`git clone https://${token}@github.com/a/b`)).toEqual([
      { at: token, secret: token, kind: 'token', host: 'github.com', ...plain },
    ]);
    expect(read(`git+https://x-access-token:${token}@github.com/a/b.git@v1`)).toMatchObject([
      { kind: 'token', user: 'x-access-token', secret: token },
    ]);
    expect(read(`https://oauth2:${token}@gitlab.com/a`)).toMatchObject([{ kind: 'token', secret: token }]);
    expect(read(`https://${token}:x-oauth-basic@github.com/a`)).toMatchObject([{ kind: 'token', secret: token }]);
    expect(read(`https://${token}:@github.com/a`)).toMatchObject([{ kind: 'token', secret: token }]);
  });

  it('names the variable', () => {
    expect(read('https://${GITHUB_TOKEN}@github.com/a/b')).toEqual([
      {
        at: '${GITHUB_TOKEN}',
        secret: '${GITHUB_TOKEN}',
        kind: 'token',
        variable: 'GITHUB_TOKEN',
        dynamic: true,
        placeholder: false,
        host: 'github.com',
      },
    ]);
    expect(read('https://$USER:$PASSWORD@h/x')).toMatchObject([{ user: '$USER', variable: 'PASSWORD', dynamic: true }]);
    expect(read('https://${U:-me}:${P:?no}@${HOST}/x')).toMatchObject([{ user: '${U:-me}', variable: 'P', host: '${host}' }]);
    expect(read('https://u:$(cat /run/secrets/p)@h/x')).toMatchObject([{ secret: '$(cat /run/secrets/p)', dynamic: true }]);
    expect(read('https://u:$(cat /run/secrets/p)@h/x')[0]).not.toHaveProperty('variable');
    expect(read('https://$GIT_USER@github.com/a')).toMatchObject([{ kind: 'user-only' }]);
    expect(read('https://${ACCESS}@github.com/a')).toMatchObject([{ kind: 'token', variable: 'ACCESS' }]);
  });

  it('tells a name without a password', () => {
    expect(read('http://me@host/x')).toEqual([{ at: 'me', secret: '', kind: 'user-only', user: 'me', host: 'host', ...plain }]);
    expect(read('https://git@github.com/a/b')).toMatchObject([{ kind: 'user-only' }]);
  });

  it('marks what only examples have', () => {
    for (const url of [
      'https://user:password@host/',
      'https://<user>:<password>@host',
      'https://<token>@github.com/',
      'https://u:your-token-here@h',
      'db://{user}:{password}@{host}/',
      'db://%s:%s@%s/',
    ]) {
      expect(read(url)).toMatchObject([{ placeholder: true }]);
    }
    expect(read('postgresql://airflow:airflow@postgres/airflow')).toMatchObject([{ placeholder: false }]);
  });

  it('reads channel tokens', () => {
    const token = `ab-${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
    expect(read(`conda install -c https://conda.anaconda.org/t/${token}/org pkg`)).toEqual([
      { at: token, secret: token, kind: 'token', host: 'conda.anaconda.org', ...plain },
    ]);
    expect(read('-c https://conda.anaconda.org/t/$ANACONDA_TOKEN/org')).toMatchObject([{ variable: 'ANACONDA_TOKEN', dynamic: true }]);
    expect(read('-c https://conda.anaconda.org/t/<TOKEN>/org')).toMatchObject([{ placeholder: true }]);
    expect(read(`https://repo.anaconda.cloud/repo/t/${token}/main`)).toMatchObject([{ kind: 'token' }]);
  });

  it.each([
    'git@github.com:a/b.git',
    'ssh://git@github.com/a/b',
    'git+ssh://git@github.com/a/b',
    'https://github.com/a/b@v1',
    'https://host/path/user:pass@x',
    'pip install git+https://github.com/a/b.git@main',
    'https://h?x=a:b@c',
    'mail me@host',
    '://u:p@h',
    'https://',
    'https://@host/',
    'https://host:8080/x',
    'http://deb.debian.org/debian/t/tzdata',
    'https://example.com/t/some-topic-of-a-forum/1',
    'sed "s#https://.*@##"',
    'npm i @scope/x https://h/x',
  ])('leaves %s alone', (text) => {
    expect(read(text)).toEqual([]);
  });
});
