import { JupyterFrontEnd } from '@jupyterlab/application';
import { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';

/** The parts of the shell in which a document can be. */
const AREAS = ['main', 'left', 'right', 'down'];

type Context = DocumentRegistry.Context;
type Shell = Pick<JupyterFrontEnd.IShell, 'currentWidget' | 'widgets'>;

/** Documents that are open in this Lab. */
export class OpenDocuments {
  constructor(private readonly _shell: Shell) {}

  /** Path of the document that has the focus, as the contents API names it. */
  get current(): string | null {
    const widget = this._shell.currentWidget;
    return widget instanceof DocumentWidget ? widget.context.path : null;
  }

  /** Whether a document of a folder is open. */
  isOpen(folder: string): boolean {
    return this._within(folder).length > 0;
  }

  /**
   * Save what is not saved of a file or in a folder.
   *
   * @returns Paths of documents that are still not saved.
   */
  async save(path: string): Promise<string[]> {
    const failed: string[] = [];
    // One after the other: a conflict opens a dialog.
    for (const context of this._within(path)) {
      if (context.model.dirty && !(await this._save(context))) {
        failed.push(context.path);
      }
    }
    return failed;
  }

  /** Read what is open anew, after files were replaced; what is not saved stays. */
  async revert(path: string): Promise<void> {
    for (const context of this._within(path)) {
      if (!context.model.dirty) {
        // A context that cannot tells why, in a dialog of its own.
        await context.revert().catch(() => undefined);
      }
    }
  }

  private async _save(context: Context): Promise<boolean> {
    try {
      await context.save();
    } catch {
      // The context has told why, in a dialog of its own.
      return false;
    }
    return !context.model.dirty;
  }

  private _within(path: string): Context[] {
    return this._contexts().filter(
      context => context.path === path || context.path.startsWith(`${path}/`)
    );
  }

  /** Each once, though it may be shown twice. */
  private _contexts(): Context[] {
    const found = new Set<Context>();
    for (const area of AREAS) {
      for (const widget of this._shell.widgets(area)) {
        if (widget instanceof DocumentWidget) {
          found.add(widget.context as Context);
        }
      }
    }
    return [...found];
  }
}
