import { MainAreaWidget } from '@jupyterlab/apputils';
import * as React from 'react';

import { ShownWidget } from '../../components/shownWidget';
import { classroomIcon } from '../../icons';
import { AssignmentModel } from '../detail';
import { IShared } from '../shared';
import { Page } from './page';

/** An assignment in the main area. */
export class AssignmentPage extends ShownWidget {
  constructor(
    private readonly _shared: IShared,
    readonly model: AssignmentModel
  ) {
    super();
    this.addClass('jp-llm-assignment-page');
    this.title.icon = classroomIcon;
    this.title.closable = true;
    model.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.model.dispose();
    }
  }

  protected render(): React.JSX.Element {
    return <Page shared={this._shared} model={this.model} />;
  }

  protected onShown(shown: boolean): void {
    this.model.watch(shown);
    const { jobs, roadmap } = this._shared.classroom;
    if (shown) {
      void jobs.refresh().catch(() => undefined);
    }
    if (shown && roadmap.roadmap === null) {
      // For the titles of topics; their ids do where it cannot be read.
      void roadmap.load().catch(() => undefined);
    }
  }

  private _onChanged(): void {
    this.title.label = this.model.assignment?.title ?? this.model.id;
    this.title.caption = `${this.model.course}: ${this.title.label}`;
  }
}

/** Put a page into a frame for the main area. */
export function framed(
  shared: IShared,
  course: string,
  id: string
): MainAreaWidget<AssignmentPage> {
  const model = new AssignmentModel(shared.classroom, course, id);
  const content = new AssignmentPage(shared, model);
  const widget = new MainAreaWidget({ content });
  widget.id = pageId(course, id);
  widget.toolbar.hide();
  return widget;
}

/** The id of an assignment's page, one for each. */
export function pageId(course: string, id: string): string {
  return `llm-classroom-assignment-${encodeURIComponent(course)}/${encodeURIComponent(id)}`;
}
