import { Api } from '../api';

/** What a question is called. */
export function questionTitle(question: {
  title: string;
  grade_id: string;
}): string {
  return question.title || question.grade_id;
}

/** Sum of a score over notebooks; null where one of them does not tell. */
export function total(
  reports: readonly Api.IPageReport[],
  score: keyof Api.IPageReport['scores']
): number | null {
  const known = reports.flatMap(report => report.scores[score] ?? []);
  // Nobody need have graded every notebook by hand.
  const wanted = score === 'manual' ? Math.min(1, reports.length) : reports.length;
  return known.length === 0 || known.length < wanted
    ? null
    : known.reduce((sum, value) => sum + value, 0);
}
