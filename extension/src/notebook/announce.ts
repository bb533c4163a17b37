import { IDisposable } from '@lumino/disposable';

/** Says to a screen reader what others see. */
export class Announcer implements IDisposable {
  constructor() {
    this._node = document.createElement('div');
    this._node.className = 'jp-llm-visually-hidden';
    this._node.setAttribute('role', 'status');
    document.body.append(this._node);
  }

  get isDisposed(): boolean {
    return !this._node.isConnected;
  }

  dispose(): void {
    this._node.remove();
  }

  say(text: string): void {
    // The same words twice would not be a change, and so not be spoken.
    this._node.textContent =
      this._node.textContent === text ? `${text}\u00a0` : text;
  }

  private _node: HTMLElement;
}
