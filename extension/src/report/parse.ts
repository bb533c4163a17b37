import { Api } from '../api';

/** The MIME type of a question's report. */
export const REPORT_MIME = 'application/vnd.llm-classroom.report+json';

const SCHEMA = 1;
const MAX_FINDINGS = 200;
const MAX_TEXT = 300;
const MAX_COUNT = 1_000_000;

const STATES = [
  'passed',
  'partial',
  'failed',
  'not attempted',
  'ungraded',
  'at grading'
] as const;

type Fields = Record<string, unknown>;

/** Why data are no report; nobody but this module sees it. */
class Malformed extends Error {}

/**
 * Read a report out of a notebook, whose author may have written anything into it.
 *
 * @returns Every field typed and bounded; null where the data are no report.
 */
export function parseReport(data: unknown): Api.IQuestionReport | null {
  try {
    return readReport(data);
  } catch (error) {
    if (error instanceof Malformed) {
      return null;
    }
    throw error;
  }
}

/**
 * One line without control or invisible characters, or ones that turn the direction of writing.
 * The limits are those of autograder/checks/text.py.
 */
export function cleanText(text: string, length = MAX_TEXT): string {
  const plain = text
    .slice(0, 8 * length)
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= length
    ? plain
    : `${characters.slice(0, length - 1).join('')}…`;
}

function readReport(data: unknown): Api.IQuestionReport {
  const fields = objectOf(data);
  const findings = fields.findings;
  if (
    fields.schema !== SCHEMA ||
    !Array.isArray(findings) ||
    findings.length > MAX_FINDINGS
  ) {
    throw new Malformed();
  }
  return {
    schema: SCHEMA,
    question: textOf(fields.question),
    title: textOf(fields.title),
    state: stateOf(fields.state),
    points: optional(fields.points, amountOf),
    max_points: optional(fields.max_points, amountOf),
    findings: findings.map(readFinding),
    hidden_remaining: countOf(fields.hidden_remaining)
  };
}

function readFinding(data: unknown): Api.IFinding {
  const fields = objectOf(data);
  const finding: Api.IFinding = {
    name: textOf(fields.name),
    passed: flagOf(fields.passed),
    measured: optional(fields.measured, measuredOf),
    wanted: textOf(fields.wanted ?? ''),
    unit: textOf(fields.unit ?? ''),
    gate: flagOf(fields.gate ?? false),
    hint: textOf(fields.hint ?? ''),
    hidden: flagOf(fields.hidden ?? false),
    attempted: flagOf(fields.attempted ?? true)
  };
  for (const name of ['weight', 'points', 'max_points'] as const) {
    const value = optional(fields[name], amountOf);
    if (value !== null) {
      finding[name] = value;
    }
  }
  return finding;
}

function objectOf(data: unknown): Fields {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new Malformed();
  }
  return data as Fields;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') {
    throw new Malformed();
  }
  return cleanText(value);
}

function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new Malformed();
  }
  return value;
}

function stateOf(value: unknown): Api.IQuestionReport['state'] {
  const state = STATES.find(known => known === value);
  if (!state) {
    throw new Malformed();
  }
  return state;
}

/** Points or a weight: none is negative, and none needs more than a million. */
function amountOf(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_COUNT)) {
    throw new Malformed();
  }
  return value;
}

function countOf(value: unknown): number {
  const count = amountOf(value ?? 0);
  if (!Number.isInteger(count)) {
    throw new Malformed();
  }
  return count;
}

function measuredOf(value: unknown): number | string | boolean {
  if (typeof value === 'number' && Number.isFinite(value)) {
    return value;
  }
  return typeof value === 'boolean' ? value : textOf(value);
}
