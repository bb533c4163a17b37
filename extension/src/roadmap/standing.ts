import { Api } from '../api';
import { CoursesModel } from '../assignments/model';
import { Model } from '../model';
import { RoadmapModel } from './model';
import { nextStep, Step } from './next';
import {
  IProgressOfTopic,
  IProgressOfTopics,
  IRecord,
  progressOfTopic,
  progressOfTopics
} from './progress';
import { Relations } from './relations';
import {
  entriesOfAssignments,
  entriesOfRoadmap,
  SearchIndex
} from './search/search';

const DAY = 24 * 60 * 60 * 1000;

/** Where the student stands: what follows from the roadmap, the marks and the courses. */
export class StandingModel extends Model {
  /** @param now - The clock. */
  constructor(
    readonly roadmap: RoadmapModel,
    readonly courses: CoursesModel,
    private readonly _now: () => Date = () => new Date()
  ) {
    super();
    roadmap.changed.connect(this._onChanged, this);
    courses.changed.connect(this._onChanged, this);
  }

  get now(): Date {
    return this._now();
  }

  /** Days before its due date at which an assignment becomes urgent. */
  get soonDays(): number {
    return this._soonDays;
  }

  set soonDays(days: number) {
    if (days !== this._soonDays) {
      this._soonDays = days;
      this._onChanged();
    }
  }

  /** Null before the roadmap and the marks are there. */
  get record(): IRecord | null {
    const { roadmap, progress } = this.roadmap;
    if (!roadmap || !progress) {
      return null;
    }
    this._record ??= {
      roadmap,
      read: progress.read,
      assignments: this.courses.assignments
    };
    return this._record;
  }

  /** What to do next; null when all is done, undefined before that is known. */
  get next(): Step | null | undefined {
    const { record } = this;
    if (!record || !this._coursesAnswered) {
      return undefined;
    }
    const soon = this._soonDays * DAY;
    this._next ??= { step: nextStep(record, { now: this.now, soon }) };
    return this._next.step;
  }

  /** The topic to which the next step belongs. */
  get nextTopic(): string | null {
    return this.next?.topic ?? null;
  }

  findTopic(id: string): Api.ITopic | undefined {
    return this._topicsOfRoadmap.find(topic => topic.id === id);
  }

  findNotebook(id: string): Api.ISeedNotebook | undefined {
    return this.record?.roadmap.notebooks.find(n => n.id === id);
  }

  partOf(topic: string): Api.IPart | undefined {
    return this.record?.roadmap.parts.find(part =>
      part.topics.some(each => each.id === topic)
    );
  }

  topic(topic: Api.ITopic): IProgressOfTopic {
    let known = this._topics.get(topic.id);
    if (!known) {
      known = progressOfTopic(topic, this.record!);
      this._topics.set(topic.id, known);
    }
    return known;
  }

  part(part: Api.IPart): IProgressOfTopics {
    return progressOfTopics(part.topics.map(topic => this.topic(topic)));
  }

  get course(): IProgressOfTopics {
    return progressOfTopics(
      this._topicsOfRoadmap.map(topic => this.topic(topic))
    );
  }

  get relations(): Relations {
    const { roadmap, assignments } = this.record!;
    this._relations ??= new Relations(roadmap, assignments);
    return this._relations;
  }

  /** Made when it is first asked for; the roadmap's part of it once only. */
  get index(): SearchIndex {
    const { roadmap, assignments } = this.record!;
    this._entries ??= entriesOfRoadmap(roadmap);
    this._index ??= new SearchIndex(
      this._entries,
      entriesOfAssignments(assignments)
    );
    return this._index;
  }

  private get _topicsOfRoadmap(): Api.ITopic[] {
    return this.record?.roadmap.parts.flatMap(part => part.topics) ?? [];
  }

  /** A course that cannot be read holds up nothing: the roadmap alone leads on. */
  private get _coursesAnswered(): boolean {
    return this.courses.courses !== null || this.courses.error !== null;
  }

  private _onChanged(): void {
    if (this.courses.courses !== this._seen) {
      this._seen = this.courses.courses;
      this._index = null;
      this._relations = null;
    }
    this._next = null;
    this._record = null;
    this._topics.clear();
    this._changed.emit();
  }

  private _entries: ReturnType<typeof entriesOfRoadmap> | null = null;
  private _index: SearchIndex | null = null;
  private _next: { step: Step | null } | null = null;
  private _record: IRecord | null = null;
  private _relations: Relations | null = null;
  private _seen: Api.ICourses | null = null;
  private _soonDays = 3;
  private _topics = new Map<string, IProgressOfTopic>();
}
