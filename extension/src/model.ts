import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

/** What listens to others, until it is disposed of. */
export abstract class Listener implements IDisposable {
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Forget who listens to it, and whom it listens to. */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _isDisposed = false;
}

/** What views draw, again whenever it has changed. */
export abstract class Model extends Listener {
  /** Emitted when anything that it tells may have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  protected readonly _changed = new Signal<this, void>(this);
}
