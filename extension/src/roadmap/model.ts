import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ClassroomApi } from '../api';

/** The roadmap, and what the student has marked as read. */
export class RoadmapModel implements IDisposable {
  constructor(private readonly _api: ClassroomApi) {}

  /** Emitted when `roadmap` or `progress` has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Null before the server's answer. */
  get roadmap(): Api.IRoadmap | null {
    return this._roadmap;
  }

  /** Null before the server's answer. */
  get progress(): Api.IProgress | null {
    return this._progress;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Read both; the roadmap once only. */
  async load(): Promise<void> {
    const [roadmap, progress] = await Promise.all([
      this._roadmap ?? this._api.roadmap(),
      this._api.progress()
    ]);
    this._roadmap = roadmap;
    this._setProgress(progress);
  }

  isRead(resource: string): boolean {
    return resource in (this._progress?.read ?? {});
  }

  async markRead(resource: string, read: boolean): Promise<void> {
    this._setProgress(await this._api.markRead(resource, read));
  }

  async importProgress(progress: Api.IProgress): Promise<void> {
    this._setProgress(await this._api.importProgress(progress));
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _setProgress(progress: Api.IProgress): void {
    this._progress = progress;
    this._changed.emit();
  }

  private _roadmap: Api.IRoadmap | null = null;
  private _progress: Api.IProgress | null = null;
  private _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
