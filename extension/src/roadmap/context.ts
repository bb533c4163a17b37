import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { Api } from '../api';
import { CommandIDs } from '../commands';
import { openExternally } from '../components/externalLink';
import { Step } from './next';
import { Target } from './search/search';
import { StandingModel } from './standing';

/** What the roadmap's views share. */
export interface IContext {
  readonly actions: Actions;
  readonly rendermime: IRenderMimeRegistry;
  readonly standing: StandingModel;
  readonly trans: TranslationBundle;
}

/** What can be done from the roadmap: commands, some of which other plugins bring. */
export class Actions {
  constructor(private readonly _commands: CommandRegistry) {}

  /** Show a topic or a seed notebook in the map. */
  openMap(selected: { topic?: string; notebook?: string }): void {
    this._run(CommandIDs.openMap, selected);
  }

  /** Show an assignment; where no plugin does, its topic. */
  openAssignment(assignment: Api.IAssignment): void {
    const { course, id, topics } = assignment;
    if (this._commands.hasCommand(CommandIDs.openAssignment)) {
      this._run(CommandIDs.openAssignment, { course, assignment: id });
    } else {
      this.openMap({ topic: topics[0] });
    }
  }

  /** Do what a step says. */
  take(step: Step): void {
    if (step.kind === 'read') {
      openExternally(addressOf(step.resource));
      return;
    }
    const { assignment } = step;
    const { course, id } = assignment;
    const command = COMMANDS[step.kind] ?? workOn(assignment);
    if (this._commands.hasCommand(command)) {
      this._run(command, { course, assignment: id });
    } else {
      this.openAssignment(assignment);
    }
  }

  /** Open what a search has found. */
  open(target: Target): void {
    switch (target.kind) {
      case 'topic':
      case 'subtopic':
        return this.openMap({ topic: target.topic.id });
      case 'resource':
        return openExternally(addressOf(target.resource));
      case 'notebook':
        return this.openMap({ notebook: target.notebook.id });
      case 'assignment':
        return this.openAssignment(target.assignment);
    }
  }

  private _run(
    command: string,
    args: Record<string, string | undefined>
  ): void {
    // A command tells its own failure.
    void this._commands.execute(command, args).catch(() => undefined);
  }
}

/** Where a resource is by now. */
export function addressOf(resource: Api.IResource): string {
  return resource.moved_to ?? resource.url;
}

function workOn(assignment: Api.IAssignment): string {
  return assignment.folder ? CommandIDs.open : CommandIDs.fetch;
}

const COMMANDS: Partial<Record<Step['kind'], string>> = {
  changed: CommandIDs.fetch,
  feedback: CommandIDs.openFeedback
};
