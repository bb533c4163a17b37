import { Model } from '../../model';
import { ISelection } from './layout';

const STEP = 1.2;
const LEAST = 0.3;
const MOST = 2.5;
/** Below that the words on the map can hardly be read. */
const READABLE = 0.8;

export interface ISize {
  readonly width: number;
  readonly height: number;
}

/** What is selected on the map, and how large it is drawn. */
export class MapModel extends Model {
  get selected(): ISelection | null {
    return this._selected;
  }

  set selected(selected: ISelection | null) {
    if (
      selected?.id !== this._selected?.id ||
      selected?.kind !== this._selected?.kind
    ) {
      this._selected = selected;
      this._changed.emit();
    }
  }

  /** 1 is the natural size; null until the map was drawn for the first time. */
  get zoom(): number | null {
    return this._zoom;
  }

  set zoom(zoom: number | null) {
    const within =
      zoom === null || !isFinite(zoom)
        ? null
        : Math.min(MOST, Math.max(LEAST, zoom));
    if (within !== this._zoom) {
      this._zoom = within;
      this._changed.emit();
    }
  }

  zoomIn(): void {
    this.zoom = (this._zoom ?? 1) * STEP;
  }

  zoomOut(): void {
    this.zoom = (this._zoom ?? 1) / STEP;
  }

  /** Show all of it. */
  fit(board: ISize, view: ISize): void {
    if (board.width > 0 && board.height > 0 && view.width > 0) {
      this.zoom = Math.min(
        view.width / board.width,
        view.height / board.height
      );
    }
  }

  /** Choose a size for the first drawing: its breadth as far as words stay legible. */
  begin(board: ISize, view: ISize): void {
    if (this._zoom === null && board.width > 0 && view.width > 0) {
      this.zoom = Math.min(1, Math.max(READABLE, view.width / board.width));
    }
  }

  private _selected: ISelection | null = null;
  private _zoom: number | null = null;
}
