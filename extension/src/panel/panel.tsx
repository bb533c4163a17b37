import { ITranslator } from '@jupyterlab/translation';
import { ReactWidget, SidePanel, Toolbar } from '@jupyterlab/ui-components';
import { Message, MessageLoop } from '@lumino/messaging';
import { AccordionPanel, Widget } from '@lumino/widgets';
import * as React from 'react';

import { Api } from '../api';
import { classroomIcon } from '../icons';
import { IClassroom, IClassroomPanel } from '../tokens';
import { Notices } from './notices';

/** Widgets of a lower rank stand above the accordion, as high as they need to be. */
const FIRST_SECTION = 20;

/** The classroom's side panel: sections that its plugins add. */
export class ClassroomPanel extends SidePanel implements IClassroomPanel {
  constructor(
    private readonly _classroom: IClassroom,
    translator?: ITranslator
  ) {
    super({ translator });
    this.id = 'llm-classroom-panel';
    this.addClass('jp-llm-panel');
    this.title.icon = classroomIcon;
    this.title.caption = _classroom.trans.__('LLM Classroom');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.caption);
    this._notices = ReactWidget.create(
      <Notices classroom={_classroom} about={() => this._about} />
    );
    this._notices.addClass('jp-llm-notices');
    this.header.addWidget(this._notices);
    this._observer.observe(this.header.node);
  }

  dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  add(section: Widget & Toolbar.IWidgetToolbar, rank: number): void {
    if (rank < FIRST_SECTION) {
      this.header.addWidget(section);
      return;
    }
    const index = this._ranks.filter(other => other <= rank).length;
    this._ranks.splice(index, 0, rank);
    this.insertWidget(index, section);
    this._order();
  }

  /** Put the sections in the document as they are seen, which Tab follows. */
  private _order(): void {
    const { node, titles, widgets } = this.content as AccordionPanel;
    widgets.forEach((widget, index) => {
      node.append(titles[index], widget.node);
    });
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    if (!this._wasShown) {
      this._wasShown = true;
      // All alike at first: one that is added later would get nothing of what the others have.
      (this.content as AccordionPanel).setRelativeSizes(
        this._ranks.map(() => 1)
      );
    }
    this._watch(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._watch(false);
  }

  private _watch(shown: boolean): void {
    if (shown !== this._shown) {
      this._shown = shown;
      this._classroom.courses.watch(shown);
    }
    if (shown && !this._about) {
      void this._load();
    }
  }

  private async _load(): Promise<void> {
    try {
      this._about = await this._classroom.api.about();
    } catch {
      // The notices tell what the courses' own reading met.
      return;
    }
    this._notices.update();
  }

  private _about: Api.IAbout | null = null;
  /** The accordion lays its sections out by its height, which is what the header leaves. */
  private _observer = new ResizeObserver(() => {
    MessageLoop.postMessage(this.content, Widget.ResizeMessage.UnknownSize);
  });
  private _notices: ReactWidget;
  private _ranks: number[] = [];
  private _wasShown = false;
  private _shown = false;
}
