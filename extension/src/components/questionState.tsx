import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** Everything that a question or a finding can be, here or at grading. */
export type QuestionState =
  | 'passed'
  | 'partial'
  | 'failed'
  | 'not attempted'
  | 'ungraded'
  | 'not graded yet'
  | 'at grading'
  | 'not run'
  | 'answered'
  | 'missing';

/** A state in words that a student understands without a legend. */
export function stateLabel(
  state: QuestionState,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'passed':
      return trans.__('Passed');
    case 'partial':
      return trans.__('Partly passed');
    case 'failed':
      return trans.__('Not yet right');
    case 'not attempted':
      return trans.__('Not attempted');
    case 'ungraded':
      return trans.__('Not measured');
    case 'not graded yet':
      return trans.__('Not graded yet');
    case 'at grading':
      return trans.__('At grading');
    case 'not run':
      return trans.__('Not run');
    case 'answered':
      return trans.__('Answered');
    case 'missing':
      return trans.__('Cell is gone');
  }
}

const DISC = 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z';
const RING = `${DISC}m0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z`;

const CLOCK = `${RING}M7.3 4.2h1.4v3.5l2.3 2.2-1 1-2.7-2.6z`;

/** Shapes that differ without their color, on a field of 16. */
const SHAPES: Record<QuestionState, string> = {
  passed: `${DISC}m3.6 4.7-4.4 5.1-2.7-2.6 1-1.1 1.6 1.5 3.3-3.9z`,
  partial: `${RING}V12.2a4.2 4.2 0 0 0 0-8.4z`,
  failed: `${DISC}M5.7 4.6 8 6.9l2.3-2.3 1.1 1.1L9.1 8l2.3 2.3-1.1 1.1L8 9.1l-2.3 2.3-1.1-1.1L6.9 8 4.6 5.7z`,
  'not attempted': `${RING}M4.8 7.2h6.4v1.6H4.8z`,
  ungraded: `${RING}M7.2 4.2h1.6v4.6H7.2zm0 5.8h1.6v1.6H7.2z`,
  'not graded yet': CLOCK,
  'at grading': CLOCK,
  'not run': RING,
  answered: `${RING}M5.6 7.1 4.6 8.2l2.7 2.6 4.2-4.9-1.1-1-3.1 3.7z`,
  missing: `${RING}M4 5.1 5.1 4 12 10.9 10.9 12z`
};

/** The picture of a state; the words stand beside it. */
export function StateIcon(props: { state: QuestionState }): React.JSX.Element {
  return (
    <svg
      className="jp-llm-state-icon"
      data-state={props.state}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      <path fillRule="evenodd" d={SHAPES[props.state]} />
    </svg>
  );
}

/** A state as picture and words. */
export function State(props: {
  state: QuestionState;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <span className="jp-llm-question-state">
      <StateIcon state={props.state} />
      <span>{stateLabel(props.state, props.trans)}</span>
    </span>
  );
}
