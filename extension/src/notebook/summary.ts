import { Api } from '../api';

/** How many of a check's questions passed, of those that it could measure. */
export function tally(result: Api.ICheckResult): {
  passed: number;
  measured: number;
} {
  const measured = result.questions.filter(
    ({ state }) => state !== 'at grading'
  );
  const passed = measured.filter(({ state }) => state === 'passed');
  return { passed: passed.length, measured: measured.length };
}
