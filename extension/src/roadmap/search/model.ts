import { Model } from '../../model';
import { IHit, IHits, Target } from './search';
import { StandingModel } from '../standing';

const NONE: IHits = { shown: [], count: 0 };

/** What is typed into the search field, what it finds, and which hit is chosen. */
export class SearchModel extends Model {
  constructor(private readonly _standing: StandingModel) {
    super();
    _standing.changed.connect(this._search, this);
  }

  get query(): string {
    return this._query;
  }

  set query(query: string) {
    this._query = query;
    this._active = 0;
    this._search();
  }

  /** Whether something is typed, and can be looked for. */
  get isOpen(): boolean {
    return this._query.trim() !== '' && this._standing.record !== null;
  }

  get hits(): IHits {
    return this._hits;
  }

  /** Index of the hit that Enter opens; -1 where there is none. */
  get active(): number {
    return Math.min(this._active, this._hits.shown.length - 1);
  }

  get chosen(): IHit | undefined {
    return this._hits.shown[this.active];
  }

  /** Move to a neighboring hit; after the last comes the first. */
  move(by: 1 | -1): void {
    const { length } = this._hits.shown;
    if (length > 0) {
      this._active = (this.active + by + length) % length;
      this._changed.emit();
    }
  }

  private _search(): void {
    this._hits = this.isOpen ? this._standing.index.search(this._query) : NONE;
    this._changed.emit();
  }

  private _active = 0;
  private _hits: IHits = NONE;
  private _query = '';
}

/** A name by which React tells hits apart. */
export function keyOf(target: Target): string {
  switch (target.kind) {
    case 'topic':
      return target.topic.id;
    case 'subtopic':
      return `${target.topic.id}/${target.subtopic.name}`;
    case 'resource':
      return target.resource.id;
    case 'notebook':
      return `notebook/${target.notebook.id}`;
    case 'assignment':
      return `${target.assignment.course}/${target.assignment.id}`;
  }
}
