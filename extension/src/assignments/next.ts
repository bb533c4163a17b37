import { Api } from '../api';

/** What a student can do with an assignment. */
export type Action =
  | 'fetch'
  | 'update'
  | 'open'
  | 'check'
  | 'submit'
  | 'feedback'
  | 'folder'
  | 'details';

export interface IActions {
  /** The one that comes next. */
  first: Action;
  /** The others that make sense now. */
  others: Action[];
}

/**
 * What comes next, and what else can be done.
 *
 * @param isOpen - Whether a file of its folder is open: then the student is at work on it, and
 *   what comes next is to hand in.
 */
export function actionsOf(a: Api.IAssignment, isOpen: boolean): IActions {
  const possible: Action[] = [];
  const fetched = a.folder !== null;
  if (a.feedback !== 'none') {
    possible.push('feedback');
  }
  if (fetched) {
    possible.push('open', 'check', 'submit', 'folder');
    if (a.released) {
      possible.push('update');
    }
  } else if (a.released) {
    possible.push('fetch');
  }
  possible.push('details');
  const first = nextOf(a, isOpen, possible);
  return { first, others: possible.filter(action => action !== first) };
}

function nextOf(
  a: Api.IAssignment,
  isOpen: boolean,
  possible: Action[]
): Action {
  const wanted: Action[] = [];
  if (a.feedback === 'ready' || a.feedback === 'updated') {
    wanted.push('feedback');
  }
  if (a.folder === null) {
    wanted.push('fetch');
  } else if (a.release_changed) {
    wanted.push('update');
  }
  if (isOpen) {
    wanted.push('submit');
  }
  if (a.feedback === 'fetched') {
    wanted.push('feedback');
  }
  wanted.push('open', 'details');
  return wanted.find(action => possible.includes(action))!;
}
