import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands';
import { classroomIcon } from '../icons';
import { mainArea } from '../mainArea';
import { IClassroom } from '../tokens';
import { FeedbackModel } from './model';
import { FeedbackWidget } from './widget';

/** What the command is given; `restored` where a layout comes back and nothing is to be fetched. */
interface IArguments {
  course: string;
  assignment: string;
  submission: string;
  restored: boolean;
}

const ARGUMENTS = {
  type: 'object',
  required: ['course', 'assignment'],
  properties: {
    course: { type: 'string' },
    assignment: { type: 'string' },
    submission: {
      type: 'string',
      description: 'Its timestamp; the newest with feedback by default'
    },
    restored: {
      type: 'boolean',
      description: 'Whether to show what is here already, and fetch nothing'
    }
  }
};

/** Feedback on submissions. */
export const feedback: JupyterFrontEndPlugin<void> = {
  id: 'llm-classroom:feedback',
  description: 'Feedback on submissions, in the main area.',
  autoStart: true,
  requires: [IClassroom],
  optional: [ILabShell, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    classroom: IClassroom,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const { trans } = classroom;
    const command = CommandIDs.openFeedback;
    const tracker = new WidgetTracker<MainAreaWidget<FeedbackWidget>>({
      namespace: 'llm-classroom-feedback'
    });

    const create = async (
      args: IArguments
    ): Promise<MainAreaWidget<FeedbackWidget>> => {
      const { course, assignment, submission } = args;
      const model = new FeedbackModel(
        classroom,
        course,
        assignment,
        submission
      );
      const content = new FeedbackWidget(model, classroom, app.commands);
      const widget = new MainAreaWidget({
        content,
        translator: translator ?? undefined
      });
      widget.id = `llm-classroom-feedback-${name(args)}`;
      widget.toolbar.hide();
      // It scrolls, so that it must be reachable by keyboard.
      content.node.tabIndex = 0;
      content.node.setAttribute('aria-label', trans.__('Feedback'));
      let saved = submission;
      model.changed.connect(() => {
        if (model.submission !== saved) {
          saved = model.submission;
          void tracker.save(widget);
        }
      });
      app.shell.add(widget, mainArea(labShell));
      // The restorer lays out what has been added when this command ends.
      await tracker.add(widget);
      return widget;
    };

    app.commands.addCommand(command, {
      label: trans.__('Read Feedback'),
      caption: trans.__('Fetch the feedback that is ready, and show it'),
      icon: classroomIcon,
      describedBy: { args: ARGUMENTS },
      isEnabled: args => read(args) !== null,
      execute: async args => {
        const wanted = read(args);
        if (wanted === null) {
          return;
        }
        const open = tracker.find(
          ({ content }) => name(content.model) === name(wanted)
        );
        const widget = open ?? (await create(wanted));
        if (wanted.restored) {
          return;
        }
        app.shell.activateById(widget.id);
        if (open && wanted.submission) {
          await open.content.model.select(wanted.submission);
        }
        await widget.content.model.fetch();
      }
    });

    void restorer?.restore(tracker, {
      command,
      args: ({ content: { model } }) => ({
        course: model.course,
        assignment: model.assignment,
        submission: model.submission,
        restored: true
      }),
      name: ({ content }) => name(content.model)
    });
  }
};

/** A name for the feedback on an assignment, of which there is one in the Lab. */
function name(of: { course: string; assignment: string }): string {
  return [of.course, of.assignment].map(encodeURIComponent).join('/');
}

function read(args: ReadonlyPartialJSONObject): IArguments | null {
  const { course, assignment, submission, restored } = args;
  return typeof course === 'string' && typeof assignment === 'string'
    ? {
        course,
        assignment,
        submission: typeof submission === 'string' ? submission : '',
        restored: restored === true
      }
    : null;
}
