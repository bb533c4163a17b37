import { Api } from '../api';
import { questionTitle, total } from './words';

/** What became of a question since the attempt before. */
export interface IQuestionChange {
  notebook: string;
  gradeId: string;
  title: string;
  /** Points then and now; null where it was not graded. */
  before: number | null;
  after: number | null;
  /** Names of findings that pass now and did not, and the other way round. */
  passed: string[];
  failed: string[];
}

/** What changed between two attempts. */
export interface IChanges {
  /** Final score then and now; null where a page does not tell. */
  before: number | null;
  after: number | null;
  /** Questions with a change, in their order. */
  questions: IQuestionChange[];
}

type Question = Api.IPageReport['questions'][number];

/** Compare the reports of an attempt with those of the one before; null if there was none. */
export function changes(
  before: readonly Api.IPageReport[],
  after: readonly Api.IPageReport[]
): IChanges | null {
  if (before.length === 0 || after.length === 0) {
    return null;
  }
  const earlier = new Map(
    before.flatMap(report =>
      report.questions.map(question => [key(report, question), question])
    )
  );
  const questions = after.flatMap(report =>
    report.questions.flatMap(question => {
      const old = earlier.get(key(report, question));
      return old ? changed(report.notebook, old, question) : [];
    })
  );
  return {
    before: total(before, 'final'),
    after: total(after, 'final'),
    questions
  };
}

function key(report: Api.IPageReport, question: Question): string {
  return JSON.stringify([report.notebook, question.grade_id]);
}

function changed(
  notebook: string,
  old: Question,
  question: Question
): IQuestionChange[] {
  // A check may have been rewritten in between: only what both attempts measured is compared.
  const was = new Map(old.findings.map(f => [f.name, f.passed]));
  const turned = question.findings.filter(
    f => was.has(f.name) && was.get(f.name) !== f.passed
  );
  if (turned.length === 0 && same(old.score, question.score)) {
    return [];
  }
  const names = (passed: boolean): string[] =>
    turned.filter(f => f.passed === passed).map(f => f.name);
  return [
    {
      notebook,
      gradeId: question.grade_id,
      title: questionTitle(question),
      before: old.score,
      after: question.score,
      passed: names(true),
      failed: names(false)
    }
  ];
}

/** Whether two scores are the same for whoever reads them. */
function same(one: number | null, other: number | null): boolean {
  return one === null || other === null
    ? one === other
    : Math.abs(one - other) < 0.005;
}
