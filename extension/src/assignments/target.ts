import { Notification } from '@jupyterlab/apputils';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { Api } from '../api';
import { IShared } from './shared';

type Args = ReadonlyPartialJSONObject;

/** The assignment that arguments name, if they do. */
export function named(args: Args): { course: string; id: string } | null {
  const { course, assignment: id } = args;
  return typeof course === 'string' && typeof id === 'string'
    ? { course, id }
    : null;
}

/** What the commands are about: an assignment that is named, or the one at hand. */
export class Target {
  /** @param shown - Course and id of the assignment whose page has the focus. */
  constructor(
    private readonly _shared: IShared,
    private readonly _shown: () => { course: string; id: string } | null
  ) {}

  /** As far as it is known now. */
  find(args: Args): Api.IAssignment | undefined {
    const { courses } = this._shared.classroom;
    const asked = named(args);
    if (asked) {
      return courses.find(asked.course, asked.id);
    }
    const path = this._shared.documents.current;
    if (path !== null) {
      return courses.containing(path);
    }
    const shown = this._shown();
    return shown ? courses.find(shown.course, shown.id) : undefined;
  }

  /** Once the courses are known; tells the reader where there is no such assignment. */
  async get(args: Args): Promise<Api.IAssignment | undefined> {
    const { courses, trans } = this._shared.classroom;
    await courses.ensure();
    const found = this.find(args);
    if (!found) {
      const asked = named(args);
      Notification.error(
        asked
          ? trans.__('There is no assignment %1 in %2.', asked.id, asked.course)
          : trans.__('This is no file of an assignment.')
      );
    }
    return found;
  }
}
