/**
 * Passwords that everybody knows: what images, tutorials and Compose files set until somebody changes it. They protect
 * nothing, so they leak nothing either; what is wrong with them is that they ship.
 */
import { words } from './words.js';

/** Documented defaults of databases, brokers, object stores and notebooks (their images' pages, read 2026-11-20). */
const KNOWN_TO_ALL = words(
  'admin administrator root toor postgres mysql mariadb mongo mongodb redis neo4j guest user username test testing airflow minio ' +
    'minioadmin minio123 miniopass rabbitmq rstudio jupyter jovyan mlflow grafana prefect metabase superset sa default demo db dev local ' +
    'localhost welcome welcome1 letmein qwerty abc123 admin123 password1 password12 password123 passw0rd p@ssw0rd pass123 root123 ' +
    'postgres123 user123 test123 docker hunter2 supersecret secretpassword mysecretpassword my-secret-pw example',
);

/**
 * Whether a password is one of those everybody tries first. `beside` is what stands next to it: the user of a URL, or the
 * name of the variable, of which a word may be the password (`AIRFLOW_PASSWORD=airflow`).
 */
export function isDefaultPassword(password: string, beside = ''): boolean {
  const lower = password.toLowerCase();
  if (KNOWN_TO_ALL.has(lower) || '1234567890'.startsWith(lower) || /^(\d)\1+$/.test(lower)) return true;
  const words = beside.toLowerCase().split(/[^a-z0-9]+/);
  const plain = lower.replace(/[_-]?(?:pass(?:word|wd)?|pw|pwd|secret)?\d{0,3}$/, '');
  return plain !== '' && words.includes(plain);
}
