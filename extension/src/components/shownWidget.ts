import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';

/** A widget that is told whether it is seen, so that nothing is asked for what nobody looks at. */
export abstract class ShownWidget extends ReactWidget {
  dispose(): void {
    if (!this.isDisposed) {
      this._tell(false);
      super.dispose();
    }
  }

  /** Told once when it begins to be seen, and once when it is seen no longer. */
  protected abstract onShown(shown: boolean): void;

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._tell(this.isVisible);
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._tell(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._tell(false);
  }

  protected onBeforeDetach(msg: Message): void {
    this._tell(false);
    super.onBeforeDetach(msg);
  }

  private _tell(shown: boolean): void {
    if (shown !== this._isShown) {
      this._isShown = shown;
      this.onShown(shown);
    }
  }

  private _isShown = false;
}
