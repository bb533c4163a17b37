import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../api';
import { IOutcome } from './actions';
import { Action } from './next';

type Words = Record<string, string>;

/** How many names of files a line holds. */
const MOST_NAMES = 20;

/** What the button of an action says. */
export function actionText(
  trans: TranslationBundle,
  action: Action,
  a: Api.IAssignment
): string {
  switch (action) {
    case 'fetch':
    case 'update':
      return fetchText(trans, a);
    case 'open':
      return trans.__('Open');
    case 'check':
      return trans.__('Check all');
    case 'submit':
      return a.submissions > 0 ? trans.__('Submit again') : trans.__('Submit');
    case 'feedback':
      return trans.__('Read feedback');
    case 'folder':
      return trans.__('Show the folder');
    case 'details':
      return trans.__('Details');
  }
}

function fetchText(trans: TranslationBundle, a: Api.IAssignment): string {
  if (a.folder === null) {
    return trans.__('Fetch');
  }
  return a.release_changed
    ? trans.__('Get the new release')
    : trans.__('Fetch again');
}

/** What happens to late work, in words. */
export function latePolicy(
  trans: TranslationBundle,
  late: Api.IAssignment['late']
): string {
  if (late === null) {
    return trans.__('What happens to late work is not known here.');
  }
  if (late.method === 'none') {
    return trans.__('Late work loses no points.');
  }
  if (late.method === 'zero') {
    return trans.__('Late work gets no points.');
  }
  return trans.__(
    'The course has a rule of its own for late work: ask your instructor.'
  );
}

/** What a job is doing. */
export function jobText(trans: TranslationBundle, job: Api.IJob): string {
  const words: Words = {
    fetch: trans.__('Fetching'),
    submit: trans.__('Submitting'),
    check: trans.__('Checking'),
    feedback: trans.__('Fetching feedback')
  };
  const what =
    job.kind === 'check' && job.notebook
      ? trans.__('Checking %1', job.notebook)
      : words[job.kind];
  if (job.state === 'queued') {
    return trans.__('%1: waiting for its turn', what);
  }
  const steps: Record<Api.JobStep, string> = {
    asking: trans.__('asking the exchange'),
    cancelling: trans.__('cancelling'),
    checking: trans.__('looking at the files'),
    copying: trans.__('copying'),
    running: trans.__('running the cells'),
    starting:
      job.kind === 'check' ? trans.__('starting a kernel') : trans.__('starting'),
    waiting: trans.__('waiting'),
    writing: trans.__('writing')
  };
  return `${what}: ${steps[job.step]}`;
}

/** What a job that has ended leaves to be known, such as files that were kept; or nothing. */
export function remarkText(
  trans: TranslationBundle,
  { kept = [] }: IOutcome
): string {
  if (kept.length === 0) {
    return '';
  }
  const names = kept.slice(0, MOST_NAMES).join(', ');
  const more = kept.length - MOST_NAMES;
  return more > 0
    ? trans._n(
        'Fetched; kept as you changed them: %2 and %1 other file',
        'Fetched; kept as you changed them: %2 and %1 other files',
        more,
        names
      )
    : trans.__('Fetched; kept as you changed them: %1', names);
}

/** How something ended, for who cannot see that the button is back. */
export function endText(
  trans: TranslationBundle,
  { kind, state, restored }: IOutcome
): string {
  if (restored) {
    return restored.kept === null
      ? trans.__('%1 is back.', restored.path)
      : trans.__(
          '%1 is as it was fetched. Your copy is now %2.',
          restored.path,
          restored.kept
        );
  }
  if (state === 'cancelled') {
    return trans.__('Cancelled.');
  }
  const words: Words = {
    fetch: trans.__('Fetched.'),
    submit: trans.__('Submitted.'),
    check: trans.__('Checked.'),
    feedback: trans.__('Feedback fetched.')
  };
  return (state === 'done' && words[kind]) || '';
}

/** What went wrong, and how to mend it. */
export function problemText(
  trans: TranslationBundle,
  problem: Api.IProblem
): string {
  if (problem.code === 'lost') {
    return trans.__(
      'The server was started anew meanwhile, so how this ended is not known. Look at the details before you do it again.'
    );
  }
  if (problem.code === 'unreachable') {
    return trans.__(
      'The server does not answer. Is it still running, and are you connected?'
    );
  }
  return problem.message;
}

/** The state of a file against its release. */
export function fileText(
  trans: TranslationBundle,
  state: Api.FileState
): string {
  const words: Record<Api.FileState, string> = {
    unchanged: trans.__('as released'),
    changed: trans.__('changed by you'),
    added: trans.__('yours'),
    missing: trans.__('missing'),
    damaged: trans.__('damaged: cannot be read as a notebook')
  };
  return words[state];
}

/** Feedback of one submission. */
export function feedbackText(
  trans: TranslationBundle,
  state: Api.FeedbackState
): string {
  const words: Record<Api.FeedbackState, string> = {
    none: trans.__('none yet'),
    ready: trans.__('ready'),
    updated: trans.__('newer one ready'),
    fetched: trans.__('fetched')
  };
  return words[state];
}
