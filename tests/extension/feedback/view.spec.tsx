import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { CommandIDs } from '../../../extension/src/commands';
import { FeedbackModel } from '../../../extension/src/feedback/model';
import { FeedbackView } from '../../../extension/src/feedback/view';
import { CannedServer } from '../testing/server';
import {
  detail,
  feedback,
  finding,
  question,
  report,
  submission
} from './data';
import { lab, TOY } from './lab';

const HOSTILE = '</script><img src=x onerror=alert(1)><b>bold</b>';

async function show(
  told: Api.IFeedback,
  answers: Record<string, unknown> = {}
): Promise<{
  container: HTMLElement;
  model: FeedbackModel;
  opened: unknown[];
  server: CannedServer;
}> {
  const { server, model } = lab({
    [`GET ${TOY}`]: detail([submission(), submission({ id: 'first' })]),
    [`GET ${TOY}/feedback/second`]: told,
    [`GET ${TOY}/feedback/second/toy`]: '<p>The page.</p>',
    ...answers
  });
  await model.load();
  const commands = new CommandRegistry();
  const opened: unknown[] = [];
  commands.addCommand(CommandIDs.openAssignment, {
    execute: args => void opened.push(args)
  });
  const { container } = render(
    <main>
      <FeedbackView
        commands={commands}
        model={model}
        trans={nullTranslator.load('llm-classroom')}
      />
    </main>
  );
  return { container, model, opened, server };
}

const FULL = feedback({
  reports: [
    report({
      status: 'failed',
      reason: 'Cell 3 raised ZeroDivisionError.',
      notes: ['helper.py was moved aside.'],
      needs_manual_grade: true,
      newer: {
        status: 'refused',
        reason: 'pipe: it is a FIFO; delete it.',
        submitted: '2026-10-04T07:00:00+00:00'
      },
      late_seconds: 7300,
      scores: {
        automatic: 4.5,
        manual: 2,
        extra_credit: 1,
        late_penalty: 0.5,
        final: 6,
        max: 10
      },
      questions: [
        question({
          findings: [
            finding(),
            finding({
              name: 'twice nothing',
              passed: false,
              measured: 0.123456,
              hint: 'And zero?',
              gate: true
            }),
            finding({ name: 'hidden', hidden: true, measured: null, unit: '' }),
            finding({ name: 'later', passed: false, attempted: false })
          ]
        }),
        question({
          grade_id: 'why',
          title: '',
          kind: 'answer',
          state: 'not graded yet',
          score: null,
          needs_manual_grade: true
        }),
        question({
          grade_id: 'essay',
          title: 'An essay',
          kind: 'answer',
          state: 'passed',
          score: 3,
          manual: 2,
          extra_credit: 1,
          comment: 'Well argued.\n  Indeed.'
        })
      ],
      comments: [{ grade_id: 'draft', text: 'Not needed.' }]
    })
  ],
  earlier: [
    report({
      questions: [
        question({
          score: 0.5,
          findings: [finding({ passed: false })]
        })
      ],
      scores: { ...report().scores, final: 0.5 }
    })
  ]
});

describe('FeedbackView', () => {
  it('tells score, state, questions, comments and what changed', async () => {
    const { container } = await show(FULL);
    const text = container.textContent!;
    for (const said of [
      'Feedback: Doubling',
      '6 of 10 points',
      'By a person2',
      'Extra credit+1',
      'Late penalty−0.5',
      'Late by2 hours',
      'The notebook did not run without trouble. Cell 3 raised ZeroDivisionError.',
      'Some answers are still to be read by a person',
      'helper.py was moved aside.',
      'was refused: pipe: it is a FIFO; delete it.',
      '0.5 points, then 6: +5.5.',
      'passes now: twice two',
      '1.5 of 3 points+1 since before',
      '– of 3 points',
      'Well argued.\n  Indeed.',
      'Not needed.'
    ]) {
      expect(text).toContain(said);
    }
    const rows = screen
      .getAllByRole('row')
      .map(row => row.textContent!.replace(/\s+/g, ' '));
    expect(rows[1]).toBe('Passed: twice two4 apples4');
    expect(rows[2]).toContain('twice nothingWithout this the question earns');
    expect(rows[2]).toContain('0.1235 apples');
    expect(rows[3]).toContain('hiddenhidden');
    expect(rows[4]).toContain('Not attempted: laternot attempted');
  });

  it('has no violation of accessibility', async () => {
    const { container } = await show(FULL);
    const { violations } = await axe.run(container, {
      // Colors need a browser: tests/ui looks at them.
      rules: { 'color-contrast': { enabled: false } },
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'best-practice'] }
    });
    expect(violations.map(v => [v.id, v.nodes.map(n => n.html)])).toEqual([]);
  });

  it('shows markup in every field as the text that it is', async () => {
    const told = JSON.parse(
      JSON.stringify(FULL).replace(
        /"(title|reason|name|hint|wanted|unit|comment|text|notebook|measured)":"[^"]*"/g,
        (_, key) => `"${key}":${JSON.stringify(HOSTILE)}`
      )
    ) as Api.IFeedback;
    told.problems = [HOSTILE];
    told.pages = [HOSTILE];
    told.reports[0].notes = [HOSTILE];
    told.reports[0].newer!.reason = HOSTILE;
    const { container } = await show(told);
    expect(container.querySelectorAll('img, b, script')).toHaveLength(0);
    expect(container.textContent!.split(HOSTILE).length).toBeGreaterThan(15);
  });

  it('offers the page in a frame without rights, once it is asked for', async () => {
    const { container, server } = await show(FULL);
    expect(container.querySelector('iframe')).toBeNull();
    const before = server.requests.length;
    const summary = screen.getByText('The graded notebook: toy');
    const details = summary.closest('details')!;
    details.open = true;
    fireEvent(details, new window.Event('toggle'));
    fireEvent(details, new window.Event('toggle'));
    await waitFor(() =>
      expect(container.querySelector('iframe')).not.toBeNull()
    );
    expect(server.requests.slice(before)).toEqual([
      `GET ${TOY}/feedback/second/toy`
    ]);
    const frame = container.querySelector('iframe')!;
    expect(frame.getAttribute('sandbox')).toBe('');
    expect(frame.getAttribute('src')).toBeNull();
    expect(frame.title).toBe('The graded notebook: toy');
    expect(frame.srcdoc).toContain('The page.');
    expect(frame.srcdoc.indexOf('Content-Security-Policy')).toBeLessThan(50);
    fireEvent.change(screen.getByLabelText('Height'), {
      target: { value: '1200' }
    });
    expect(frame.style.height).toBe('1200px');
  });

  it('says why a page cannot be shown', async () => {
    const { container } = await show(feedback({ pages: ['gone'] }));
    const details = screen.getByText('The graded notebook: gone').closest('details')!;
    details.open = true;
    fireEvent(details, new window.Event('toggle'));
    await screen.findByText(/No answer for GET/);
    expect(container.querySelector('iframe')).toBeNull();
  });

  it('shows a page of nbgrader, which carries no report', async () => {
    const told = feedback({ reports: [], problems: ['toy: no report.'] });
    const { container } = await show(told);
    expect(container.textContent).toContain('toy: no report.');
    expect(container.textContent).not.toContain('Score');
    expect(screen.getByText('The graded notebook: toy')).toBeTruthy();
  });

  it('reads another submission when it is picked', async () => {
    const { container, model } = await show(FULL, {
      [`GET ${TOY}/feedback/first`]: feedback({
        submission: 'first',
        reports: [report({ attempt: 1, title: 'x' })]
      })
    });
    fireEvent.change(screen.getByLabelText('Submission'), {
      target: { value: 'first' }
    });
    await waitFor(() => expect(model.feedback!.submission).toBe('first'));
    expect(container.textContent).toContain('1.5 of 3 points');
    expect(container.textContent).not.toContain('Since your last attempt');
  });

  it('leads back to the assignment', async () => {
    const { opened } = await show(FULL);
    fireEvent.click(screen.getByText('Back to the assignment'));
    expect(opened).toEqual([{ course: 'nlp', assignment: 'toy' }]);
  });

  it('says so where there is nothing yet', async () => {
    const none = submission({ feedback: 'none', score: null });
    const { container } = await show(FULL, { [`GET ${TOY}`]: detail([none]) });
    expect(container.textContent).toContain(
      'There is no feedback on this submission yet.'
    );
  });

  it('looks again when it is asked to', async () => {
    const { server } = await show(FULL);
    fireEvent.click(screen.getByText('Look for new feedback'));
    await waitFor(() =>
      expect(server.requests).toContain(`POST ${TOY}/feedback`)
    );
    await waitFor(() =>
      expect(server.requests.slice(-2)).toEqual([
        `GET ${TOY}`,
        `GET ${TOY}/feedback/second`
      ])
    );
  });
});
