/** Which files on disk change what is found in others. */
import { CONFIGURATION_NAMES } from '../config/load.js';

/**
 * What a client is asked to watch: configurations, and what rules read around a Dockerfile.
 * LIMIT: whatever else lies in a build context, models and data among it, is looked at anew when a file is saved.
 */
export const WATCHED: readonly string[] = [
  `**/{${CONFIGURATION_NAMES.join(',')}}`,
  '**/.dockerignore',
  '**/*.{dockerignore,toml,lock,hcl}',
  '**/{compose,docker-compose}*.{yml,yaml}',
  '**/*environment*.{yml,yaml}',
  '**/*-lock.{yml,yaml,json}',
  '**/*{requirements,constraints}*.{txt,in}',
  '**/requirements/*.{txt,in}',
  '**/{Pipfile,setup.py,setup.cfg,docker-bake.json}',
];
