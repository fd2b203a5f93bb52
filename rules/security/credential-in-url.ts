import { isDefaultPassword } from '../../src/facts/default-passwords.js';
import { mountedVariables, openArgument } from '../../src/facts/secret-settings.js';
import { credentialsInUrl, secretName, secretValue, type UrlCredentials } from '../../src/facts/secrets.js';
import type { Dockerfile, Instruction, LogicalText, Span, Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, redacted, type RuleContext, type RuleDocs } from '../../src/rule.js';
