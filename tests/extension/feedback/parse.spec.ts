import { describe, expect, it } from 'vitest';

import { FeedbackError, parseFeedback } from '../../../extension/src/feedback/parse';
import { feedback, finding, question, report } from './data';

/** Feedback whose report has other fields. */
function reporting(fields: object): unknown {
  return feedback({ reports: [{ ...report(), ...fields }] });
}

/** Feedback whose only question has other fields. */
function asking(fields: object): unknown {
  return reporting({ questions: [{ ...question(), ...fields }] });
}

describe('parseFeedback', () => {
  it('hands on what is as described', () => {
    const whole = feedback({
      reports: [
        report({
          cell: 3,
          notes: ['a note'],
          newer: { status: 'refused', reason: 'a pipe', submitted: null },
          questions: [
            question({
              findings: [
                finding(),
                finding({ measured: null }),
                finding({ measured: 'nan' }),
                finding({ measured: true })
              ]
            })
          ],
          comments: [{ grade_id: 'why', text: '<b>\n' }]
        })
      ],
      problems: ['a problem'],
      earlier: [report()]
    });
    expect(parseFeedback(whole)).toEqual(whole);
  });

  it('leaves out what it does not know', () => {
    expect(parseFeedback({ ...feedback(), more: 1 })).toEqual(feedback());
  });

  const wrong: Record<string, unknown> = {
    nothing: null,
    'a list': [],
    'a text': 'feedback',
    'no reports': { ...feedback(), reports: undefined },
    'reports that are none': { ...feedback(), reports: [null] },
    'very many reports': { ...feedback(), reports: Array(201).fill(report()) },
    'a page without a name': { ...feedback(), pages: [{}] },
    'a score that is text': reporting({
      scores: { ...report().scores, final: '3' }
    }),
    'a score that is endless': reporting({
      scores: { ...report().scores, final: Infinity }
    }),
    'a time that is none': reporting({
      times: { ...report().times, due: 'javascript:alert(1)' }
    }),
    'a newer submission that is none': reporting({ newer: 'x' }),
    'a title that is an element': reporting({ title: { props: {} } }),
    'an unknown state': asking({ state: 'splendid' }),
    'an unknown kind': asking({ kind: 'splendid' }),
    'a comment that is a list': asking({ comment: ['x'] }),
    'findings without end': asking({ findings: Array(1001).fill(finding()) }),
    'a finding that is half': asking({ findings: [{ name: 'x' }] }),
    'a measure that is an object': asking({
      findings: [{ ...finding(), measured: {} }]
    })
  };
  for (const [name, data] of Object.entries(wrong)) {
    it(`refuses ${name}`, () => {
      expect(() => parseFeedback(data)).toThrow(FeedbackError);
    });
  }

  it('cuts texts without end', () => {
    const long = parseFeedback(reporting({ title: 'x'.repeat(9000) }));
    expect(long.reports[0].title).toHaveLength(1000);
  });
});
