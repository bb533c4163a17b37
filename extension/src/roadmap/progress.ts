import { Api } from '../api';

/** As much as so many resources does an assignment count in its topic. */
export const ASSIGNMENT_WEIGHT = 3;

/** What progress is computed from. */
export interface IRecord {
  readonly roadmap: Api.IRoadmap;
  /** Ids of resources, and when each was marked (ISO 8601). */
  readonly read: Readonly<Record<string, string>>;
  /** Of all courses. */
  readonly assignments: readonly Api.IAssignment[];
}

export type Standing = 'done' | 'begun' | 'new';

export interface IProgressOfTopic {
  readonly state: Standing;
  /** From 0 to 1; a topic can be done with less, since half of the points do. */
  readonly share: number;
  readonly read: number;
  readonly resources: number;
  readonly assignments: readonly Api.IAssignment[];
}

/** Of a part or of the whole course. */
export interface IProgressOfTopics {
  readonly share: number;
  readonly done: number;
  readonly topics: number;
}

/** The share of an assignment's points that its newest graded submission has. */
export function scoreShare(assignment: Api.IAssignment): number | null {
  const { score } = assignment;
  if (score === null) {
    return null;
  }
  const most = assignment.max_score ?? assignment.points ?? 0;
  return most > 0 ? Math.min(1, Math.max(0, score / most)) : 1;
}

/** Whether an assignment is graded with at least half of its points. */
export function isPassed(assignment: Api.IAssignment): boolean {
  return (scoreShare(assignment) ?? 0) >= 0.5;
}

export function standingOf(assignment: Api.IAssignment): Standing {
  if (isPassed(assignment)) {
    return 'done';
  }
  const begun =
    assignment.folder !== null ||
    assignment.submissions > 0 ||
    assignment.score !== null;
  return begun ? 'begun' : 'new';
}

export function progressOfTopic(
  topic: Api.ITopic,
  record: IRecord
): IProgressOfTopic {
  const resources = topic.resources.length;
  const read = topic.resources.filter(r => isRead(record, r.id)).length;
  const assignments = record.assignments.filter(a =>
    a.topics.includes(topic.id)
  );
  const earned = assignments.reduce((sum, a) => sum + (scoreShare(a) ?? 0), 0);
  const weight = resources + ASSIGNMENT_WEIGHT * assignments.length;
  const done = read === resources && assignments.every(isPassed);
  const begun = read > 0 || assignments.some(a => standingOf(a) !== 'new');
  return {
    state: done ? 'done' : begun ? 'begun' : 'new',
    share: weight > 0 ? (read + ASSIGNMENT_WEIGHT * earned) / weight : 1,
    read,
    resources,
    assignments
  };
}

/** The mean of some topics: of a part, or of the whole course. */
export function progressOfTopics(
  topics: readonly IProgressOfTopic[]
): IProgressOfTopics {
  const sum = topics.reduce((total, topic) => total + topic.share, 0);
  return {
    share: topics.length > 0 ? sum / topics.length : 1,
    done: topics.filter(topic => topic.state === 'done').length,
    topics: topics.length
  };
}

/** How far the student is with the assignments that build on a seed notebook; null without one. */
export function progressOfNotebook(
  notebook: Api.ISeedNotebook,
  record: IRecord
): { state: Standing; share: number } | null {
  const assignments = record.assignments.filter(a =>
    a.seed_notebooks.includes(notebook.id)
  );
  if (assignments.length === 0) {
    return null;
  }
  const states = assignments.map(standingOf);
  const earned = assignments.reduce((sum, a) => sum + (scoreShare(a) ?? 0), 0);
  return {
    state: states.every(state => state === 'done')
      ? 'done'
      : states.every(state => state === 'new')
        ? 'new'
        : 'begun',
    share: earned / assignments.length
  };
}

/** A share in whole per cent: 100 is said of what is whole only, 0 of nothing. */
export function percent(share: number): number {
  return share > 0 ? Math.max(1, Math.floor(100 * share + 1e-9)) : 0;
}

export function isRead(record: IRecord, resource: string): boolean {
  return Object.prototype.hasOwnProperty.call(record.read, resource);
}
