import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { FilterModel } from './filter';
import { AssignmentList } from './list';
import { IShared } from './shared';

/** The section of assignments in the side panel. */
export class AssignmentsSection extends ReactWidget {
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

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._learn();
    }
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._learn();
  }

  /** What runs already was told by events that nobody here has heard. */
  private _learn(): void {
    void this._shared.classroom.jobs.refresh().catch(() => undefined);
  }

  protected render(): React.JSX.Element {
    return <AssignmentList shared={this._shared} filter={this._filter} />;
  }
}
