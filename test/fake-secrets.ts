/** Secrets of every shape, none of them real. Each is put together here, so that no scanner takes a file of tests for a leak. */

const MIXED = 'q7Zt2LmXv9RbK4wNs8YcP1hJd6FgT3eUaQ5oWiVrEyBxHkMnCjDlSpGzIuOfA0'.repeat(8);
const LETTERS = 'qZtLmXvRbKwNsYcPhJdFgTeUaQoWiVrEyBxHkMnCjDlSpGzIuOfA'.repeat(3);
/** Hexadecimal digits that are no sequence. */
export const HEX = '7c2f9e4b81d6a03f5b9c7e1d42a8f6037e9b1c5d'.repeat(3);
const BASE32 = 'Q7ZT2LMXV5RBK4WNS3YC';
/** Letters and digits. */
export const mixed = (length: number) => MIXED.slice(0, length);
/** The first of {@link HEX}. */
export const hex = (length: number) => HEX.slice(0, length);

/** A fake for every shape: its kind, the secret, what must stand in front of it and behind. */
export const FAKES: readonly (readonly [kind: string, secret: string, before?: string, after?: string])[] = [
  ['Hugging Face token', `hf${'_'}${LETTERS.slice(0, 34)}`],
  ['Hugging Face token', `hf${'_'}${mixed(37)}`],
  ['Hugging Face organisation token', `api_${'org_'}${LETTERS.slice(0, 34)}`],
  ['AWS access key id', `AK${'IA'}${BASE32.slice(0, 16)}`],
  ['AWS access key id', `A3${'T'}X${BASE32.slice(0, 16)}`],
  ['AWS secret access key', mixed(40), `AWS_SECRET_${'ACCESS_KEY'}=`],
  ['AWS secret access key', mixed(40), `aws_secret_${'access_key'} = `],
  ['GitHub token', `gh${'p_'}${mixed(36)}`],
  ['GitHub fine-grained token', `github_${'pat_'}${mixed(22)}_${mixed(59)}`],
  ['GitLab token', `gl${'pat-'}${mixed(20)}`],
  ['GitLab token', `gl${'pat-'}${mixed(30)}.01${'a1b2c3d'}`],
  ['GitLab deploy token', `gl${'dt-'}${mixed(20)}`],
  ['PyPI upload token', `py${'pi-'}AgEIcHlwaS5vcmc${mixed(80)}`],
  ['Databricks token', `da${'pi'}${hex(32)}-2`],
  ['Slack token', `xo${'xb-'}123456789012-123456789012-${mixed(24)}`],
  ['Google API key', `AI${'za'}${mixed(35)}`],
  ['JSON web token', `ey${'J'}${mixed(30)}.ey${'J'}${mixed(40)}.${mixed(43)}`],
  ['npm token', `np${'m_'}${mixed(36)}`],
  ['SendGrid key', `S${'G.'}${mixed(22)}.${mixed(43)}`],
  ['Grafana service account token', `gl${'sa_'}${mixed(32)}_${hex(8)}`],
  ['Grafana Cloud token', `gl${'c_'}${mixed(60)}==`],
  ['OpenAI key', `s${'k-'}proj-${mixed(74)}T3Blbk${'FJ'}${mixed(74)}`],
  ['OpenAI key', `s${'k-'}${mixed(20)}T3Blbk${'FJ'}${mixed(20)}`],
  ['Anthropic key', `s${'k-'}ant-api03-${mixed(93)}AA`],
  ['Perplexity key', `pp${'lx-'}${mixed(48)}`],
  ['Cohere key', mixed(40), 'CO_API_KEY='],
  ['Replicate token', `r${'8_'}${mixed(37)}`],
  ['Groq key', `gs${'k_'}${mixed(52)}`],
  ['xAI key', `xa${'i-'}${mixed(80)}`],
  ['W&B API key', `wandb_${'v1_'}${mixed(77)}`],
  ['W&B API key', hex(40), 'WANDB_API_KEY='],
  ['W&B API key', hex(40), 'RUN wandb login --relogin --host https://wandb.example.com '],
  ['W&B API key', hex(40), 'python -c \'import wandb; wandb.login(key="', '")\''],
  ['Kaggle token', `KG${'AT_'}${hex(32)}`],
  ['Kaggle key', hex(32), 'ENV KAGGLE_KEY='],
  ['Kaggle key', hex(32), '\'{"username":"u","key":"', '"}\' > ~/.kaggle/kaggle.json'],
  ['Kaggle key', hex(32), '"{\\"username\\":\\"u\\",\\"key\\":\\"', '\\"}" > ~/.kaggle/kaggle.json'],
  ['NVIDIA API key', `nv${'api-'}${mixed(64)}`],
  ['Docker access token', `dckr_${'pat_'}${mixed(27)}`],
  ['LangSmith key', `ls${'v2_'}pt_${hex(32)}_${hex(10)}`],
  ['Azure storage key', `${mixed(86)}==`, 'AccountName=a;AccountKey='],
  ['Azure shared access signature', `${mixed(20)}%2F${mixed(22)}%3D`, 'https://a.example.net/x?sv=2024-11-04&sp=r&sig='],
  ['private key', `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${mixed(64)}\n${mixed(40)}\n-----END RSA PRIVATE KEY-----`],
  ['private key', `-----BEGIN ${'PRIVATE KEY'}-----\\n${mixed(64)}\\n${mixed(40)}\\n-----END PRIVATE KEY-----`],
];
