import * as React from 'react';

import { ShownWidget } from '../components/shownWidget';
import { FilterModel } from './filter';
import { AssignmentList } from './list';
import { IShared } from './shared';

/** The section of assignments in the side panel. */
export class AssignmentsSection extends ShownWidget {
  constructor(
    private readonly _shared: IShared,
    private readonly _filter: FilterModel
  ) {
    super();
    this.id = 'llm-classroom-assignments';
    this.title.label = _shared.classroom.trans.__('Assignments');
    this.addClass('jp-llm-assignments');
    // It scrolls, also where it holds nothing to which Tab could go.
    this.node.tabIndex = 0;
  }

  protected onShown(shown: boolean): void {
    if (shown) {
      // What runs already was told by events that nobody here has heard.
      void this._shared.classroom.jobs.refresh().catch(() => undefined);
    }
  }

  protected render(): React.JSX.Element {
    return <AssignmentList shared={this._shared} filter={this._filter} />;
  }
}
