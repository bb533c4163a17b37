import { CommandRegistry } from '@lumino/commands';

import { IClassroom } from '../tokens';
import { ActionsModel } from './actions';
import { OpenDocuments } from './documents';

/** What the views and the commands of assignments share. */
export interface IShared {
  readonly classroom: IClassroom;
  readonly actions: ActionsModel;
  readonly documents: OpenDocuments;
  readonly commands: CommandRegistry;
  /** The clock. */
  readonly now: () => Date;
}
