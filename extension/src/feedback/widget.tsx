import { ReactWidget } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { classroomIcon } from '../icons';
import { IClassroom } from '../tokens';
import { FeedbackModel } from './model';
import { FeedbackView } from './view';

/** The feedback on an assignment, in the main area. */
export class FeedbackWidget extends ReactWidget {
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
    if (this.isDisposed) {
      return;
    }
    this.model.changed.disconnect(this._name, this);
    this.model.dispose();
    super.dispose();
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

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.model.watch(this.isVisible);
  }

  protected onBeforeDetach(msg: Message): void {
    this.model.watch(false);
    super.onBeforeDetach(msg);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.model.watch(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.model.watch(false);
  }

  private _name(): void {
    const { assignment, detail } = this.model;
    const title = detail?.assignment.title || assignment;
    this.title.label = this._classroom.trans.__('Feedback: %1', title);
  }
}
