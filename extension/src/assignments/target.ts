import { Notification } from '@jupyterlab/apputils';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { Api } from '../api';
import { IShared } from './shared';

type Args = ReadonlyPartialJSONObject;

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
    if (args.course !== undefined && args.assignment !== undefined) {
      return courses.find(String(args.course), String(args.assignment));
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
      const name = args.assignment ? String(args.assignment) : '';
      Notification.error(
        name
          ? trans.__('There is no assignment %1 in %2.', name, String(args.course))
          : trans.__('This is no file of an assignment.')
      );
    }
    return found;
  }
}
