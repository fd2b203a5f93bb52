/**
 * Where scripts hide inside words: command and process substitutions, in values, redirections, tests and arithmetic.
 */
import type {
  ArithmeticExpression,
  ParsedScript,
  Redirection,
  ShellArray,
  ShellAssignment,
  SyntaxWord,
  TestExpression,
  WordPart,
} from './shell-syntax.js';

/** A script whose output, or whose pipe, becomes part of a word. */
export interface Substitution {
  readonly script: ParsedScript;
  /** Where the whole substitution stands in the text, marks included. */
  readonly start: number;
  readonly end: number;
  /** Whether it may not run: `${X:-$(command)}`. */
  readonly conditional: boolean;
  /** True for `$(…)` and backticks, false for `<(…)` and `>(…)`. */
  readonly isOutput: boolean;
}

type Visit = (substitution: Substitution) => void;

/** Visits the substitutions in one item of a command, in the order of the text; not those inside them. */
export function visitSubstitutions(
  item: SyntaxWord | ShellArray | ShellAssignment | Redirection,
  conditional: boolean,
  visit: Visit,
): void {
  switch (item.type) {
    case 'Word':
      if (item.parts !== undefined && /[$`(]/.test(item.text)) visitParts(item.parts, conditional, visit);
      break;
    case 'Assignment':
      visitSubstitutions(item.value, conditional, visit);
      break;
    case 'ArrayValue':
      for (const element of item.elements) visitSubstitutions(element, conditional, visit);
      break;
    case 'HereDoc':
      if (item.body.parts !== undefined) visitParts(item.body.parts, conditional, visit);
      break;
    case 'Redirect':
    case 'HereString':
      if (item.target !== undefined) visitSubstitutions(item.target, conditional, visit);
      break;
  }
}

/** Visits the substitutions in `[[ … ]]`. */
export function visitTest(expression: TestExpression, conditional: boolean, visit: Visit): void {
  switch (expression.type) {
    case 'TestUnary':
      visitSubstitutions(expression.operand, conditional, visit);
      break;
    case 'TestBinary':
      visitSubstitutions(expression.left, conditional, visit);
      visitSubstitutions(expression.right, conditional, visit);
      break;
    case 'TestLogical':
      for (const operand of expression.operands) visitTest(operand, conditional, visit);
      break;
    case 'TestNot':
      visitTest(expression.operand, conditional, visit);
      break;
    case 'TestGroup':
      visitTest(expression.expression, conditional, visit);
      break;
  }
}

/** Visits the substitutions in `((…))` and `$((…))`. A sum of a thousand terms is a tree a thousand deep: no recursion. */
export function visitArithmetic(root: ArithmeticExpression | undefined, conditional: boolean, visit: Visit): void {
  const waiting: ArithmeticExpression[] = root === undefined ? [] : [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    switch (node.type) {
      case 'ArithmeticBinary':
        waiting.push(node.right, node.left);
        break;
      case 'ArithmeticUnary':
        waiting.push(node.operand);
        break;
      case 'ArithmeticTernary':
        waiting.push(node.alternate, node.consequent, node.test);
        break;
      case 'ArithmeticGroup':
        waiting.push(node.expression);
        break;
      case 'ArithmeticCommandExpansion':
        if (node.script !== undefined) {
          visit({ script: node.script, start: node.pos, end: node.end, conditional, isOutput: true });
        }
        break;
      case 'ArithmeticWord':
        if (node.parts !== undefined) visitParts(node.parts, conditional, visit);
        break;
    }
  }
}

function visitParts(parts: readonly WordPart[], conditional: boolean, visit: Visit): void {
  for (const part of parts) {
    switch (part.type) {
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        if (part.script !== undefined) {
          const isOutput = part.type === 'CommandExpansion';
          visit({ script: part.script, start: part.pos, end: part.end, conditional, isOutput });
        }
        break;
      case 'ArithmeticExpansion':
        if (part.text.includes('`') || part.text.includes('$(', 2)) visitArithmetic(part.expression, conditional, visit);
        break;
      case 'ParameterExpansion':
        for (const operand of operandsOf(part)) visitSubstitutions(operand, true, visit);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        if (part.parts !== undefined) visitParts(part.parts, conditional, visit);
        break;
      default:
        break;
    }
  }
}

function operandsOf({ operation }: Extract<WordPart, { type: 'ParameterExpansion' }>): readonly SyntaxWord[] {
  switch (operation?.type) {
    case 'Default':
    case 'Remove':
      return [operation.operand];
    case 'Replace':
      return [operation.pattern, operation.replacement];
    default:
      return [];
  }
}
