/**
 * Where scripts hide inside words: command and process substitutions, in values, redirections, tests and arithmetic.
 */
import { conditionally, type Place } from './shell-place.js';
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
  /** Conditional where it may not run: `${X:-$(command)}`. */
  readonly place: Place;
  /** True for `$(…)` and backticks, false for `<(…)` and `>(…)`. */
  readonly isOutput: boolean;
}

type Visit = (substitution: Substitution) => void;

/** Visits the substitutions in one item of a command, in the order of the text; not those inside them. */
export function visitSubstitutions(item: SyntaxWord | ShellArray | ShellAssignment | Redirection, place: Place, visit: Visit): void {
  switch (item.type) {
    case 'Word':
      if (item.parts !== undefined && /[$`(]/.test(item.text)) visitParts(item.parts, place, visit);
      break;
    case 'Assignment':
      visitSubstitutions(item.value, place, visit);
      break;
    case 'ArrayValue':
      for (const element of item.elements) visitSubstitutions(element, place, visit);
      break;
    case 'HereDoc':
      if (item.body.parts !== undefined) visitParts(item.body.parts, place, visit);
      break;
    case 'Redirect':
    case 'HereString':
      if (item.target !== undefined) visitSubstitutions(item.target, place, visit);
      break;
  }
}

/** Visits the substitutions in `[[ … ]]`. */
export function visitTest(expression: TestExpression, place: Place, visit: Visit): void {
  switch (expression.type) {
    case 'TestUnary':
      visitSubstitutions(expression.operand, place, visit);
      break;
    case 'TestBinary':
      visitSubstitutions(expression.left, place, visit);
      visitSubstitutions(expression.right, place, visit);
      break;
    case 'TestLogical':
      for (const operand of expression.operands) visitTest(operand, place, visit);
      break;
    case 'TestNot':
      visitTest(expression.operand, place, visit);
      break;
    case 'TestGroup':
      visitTest(expression.expression, place, visit);
      break;
  }
}

/** Visits the substitutions in `((…))` and `$((…))`. A sum of a thousand terms is a tree a thousand deep: no recursion. */
export function visitArithmetic(root: ArithmeticExpression | undefined, place: Place, visit: Visit): void {
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
          visit({ script: node.script, start: node.pos, end: node.end, place, isOutput: true });
        }
        break;
      case 'ArithmeticWord':
        if (node.parts !== undefined) visitParts(node.parts, place, visit);
        break;
    }
  }
}

function visitParts(parts: readonly WordPart[], place: Place, visit: Visit): void {
  for (const part of parts) {
    switch (part.type) {
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        if (part.script !== undefined) {
          const isOutput = part.type === 'CommandExpansion';
          visit({ script: part.script, start: part.pos, end: part.end, place, isOutput });
        }
        break;
      case 'ArithmeticExpansion':
        if (part.text.includes('`') || part.text.includes('$(', 2)) visitArithmetic(part.expression, place, visit);
        break;
      case 'ParameterExpansion':
        for (const operand of operandsOf(part)) visitSubstitutions(operand, conditionally(place), visit);
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        if (part.parts !== undefined) visitParts(part.parts, place, visit);
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
