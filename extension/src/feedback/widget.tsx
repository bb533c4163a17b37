import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { ShownWidget } from '../components/shownWidget';
import { classroomIcon } from '../icons';
import { IClassroom } from '../tokens';
import { FeedbackModel } from './model';
import { FeedbackView } from './view';

/** The feedback on an assignment, in the main area. */
export class FeedbackWidget extends ShownWidget {
  constructor(
    readonly model: FeedbackModel,
    private readonly _classroom: IClassroom,
    private readonly _commands: CommandRegistry
  ) {
    super();
    this.addClass('jp-llm-feedback');
    this.title.icon = classroomIcon;
    model.changed.connect(this._name, this);
    this._name();
  }

  dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.model.dispose();
    }
  }

  protected render(): React.JSX.Element {
    return (
      <FeedbackView
        commands={this._commands}
        model={this.model}
        trans={this._classroom.trans}
      />
    );
  }

  protected onShown(shown: boolean): void {
    this.model.watch(shown);
  }

  private _name(): void {
    const { assignment, detail } = this.model;
    const title = detail?.assignment.title || assignment;
    this.title.label = this._classroom.trans.__('Feedback: %1', title);
    this.title.caption = this.title.label;
  }
}
